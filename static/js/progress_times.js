/**
 * How long things took: curves with their numbers at risk, the rate of re-formation, what is too few to tell.
 * @import { Durations, Measure } from "./progress_types.js"
 */

import { drawChart } from "./charts.js";
import { ofClasses, timeSentence, timesSpec } from "./progress_charts.js";
import { figure, make, percent, pick, say } from "./text.js";

/** @param {Durations} told @returns {Node[]} */
export function timesParts(told) {
  /** @type {Node[]} */
  const parts = [make("p", { class: "muted" }, say("progress_times_about"))];
  const places = told.places;
  if (places) {
    const of = (/** @type {string[]} */ ids) => places.filter(({ id }) => ids.includes(id));
    const short = (/** @type {Measure} */ one) => say(`progress_line_${one.id}`);
    parts.push(...chart("progress_elimination", of(["elimination", "ending"]), short));
    if (told.kinds) parts.push(make("p", {}, kindsSentence(told.kinds)));
    parts.push(...chart("progress_reformation", of(["reformation", "reformation_neutralised", "reformation_watched"]), short));
    if (told.reformation_rate) parts.push(make("p", {}, rateSentence(told.reformation_rate)));
  } else parts.push(make("p", {}, say("progress_places_hidden")));
  const className = (/** @type {Measure} */ one) => say(`progress_short_${one.state}`);
  parts.push(...chart("progress_step_up", ofClasses(told, "step_up"), className));
  parts.push(...chart("progress_relapse", ofClasses(told, "relapse"), className));
  return parts;
}

/**
 * A chart, or the counts where all are too few for a curve.
 * @param {string} code @param {Measure[]} measures @param {(one: Measure) => string} nameOf
 * @returns {Node[]}
 */
function chart(code, measures, nameOf) {
  const few = measures.filter(({ curve }) => !curve);
  const list = few.length ? make("ul", { class: "few" }, ...few.map((one) => make("li", {}, timeSentence(one, nameOf(one))))) : null;
  if (few.length === measures.length) return [make("h3", {}, say(`${code}_title`)), ...(list ? [list] : [])];
  const host = make("div", { class: "time-chart" });
  drawChart(host, () => timesSpec(code, measures, nameOf));
  return [host, ...(list ? [list] : [])];
}

/** @param {NonNullable<Durations["reformation_rate"]>} rate */
function rateSentence(rate) {
  const counts = { months: figure(rate.months), reformed: figure(rate.reformed), followed: figure(rate.followed) };
  if (!rate.followed) return say("progress_rate_none", counts);
  const share = percent(rate.reformed / rate.followed);
  if (!rate.estimate) return say("progress_rate_plain", { ...counts, share });
  const [estimate, low, high] = rate.estimate.map((one) => percent(one));
  return say("progress_rate_full", { ...counts, share, estimate, low, high });
}

/** @param {NonNullable<Durations["kinds"]>} found */
function kindsSentence(found) {
  const differ = found.p_value < 0.05 ? "progress_kinds_differ" : "progress_kinds_alike";
  const p = found.p_value < 0.001 ? `< ${figure(0.001, 3)}` : `= ${figure(found.p_value, 3, 3)}`;
  return say(differ, { kinds: found.groups.map((one) => pick(one, "label")).join("; "), p });
}
