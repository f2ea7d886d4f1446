/**
 * Hexagons of the H3 grid from their identifiers. The library is loaded when hexagons are first asked for.
 * @import { Cells, Look } from "./types.js"
 */

/** The resolution that suits a zoom: hexagons stay about 12 to 30 pixels wide. @param {number} zoom */
export function resolutionAt(zoom) {
  return zoom < 6.4 ? 5 : zoom < 8 ? 6 : zoom < 9.6 ? 7 : 8;
}

/**
 * Each hexagon with its colour `c` and the colour `e` of its edge: the darkest of the legend.
 * @param {Cells} feed
 * @param {(value: number | null, status: string) => Look} look
 * @param {string} edge
 * @returns {Promise<GeoJSON.Feature[]>}
 */
export async function hexagons(feed, look, edge) {
  const { cellToBoundary } = await import("h3-js");
  return feed.cells.map((cell, place) => ({
    type: "Feature",
    properties: { v: feed.v[place], c: look(feed.v[place], ".").color, e: edge },
    geometry: { type: "Polygon", coordinates: [cellToBoundary(cell, true)] },
  }));
}
