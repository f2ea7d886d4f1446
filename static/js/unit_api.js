/**
 * What the page of a unit asks for, section by section: one that cannot be had is told in its place and takes
 * nothing from the others.
 * @import { ClassAnswer, ClassRows } from "./unit_class_types.js"
 * @import { Calendar, Family, UnitLives, UnitSeries } from "./unit_types.js"
 */

import { Refusal, ask, goToLogin } from "./api.js";

/**
 * @template T
 * @typedef {{ answer: T, problem?: undefined } | { answer?: undefined, problem: Refusal }} Told
 */

/** @param {string} path @returns {Promise<Told<any>>} */
async function told(path) {
  try {
    return { answer: await (await ask(path)).json() };
  } catch (problem) {
    if (!(problem instanceof Refusal)) throw problem;
    if (problem.status === 401) goToLogin();
    return { problem };
  }
}

/** @typedef {{ set: string, level: string, code: string, period: string, known: string }} Wish */

/** @param {Wish} wish */
const address = ({ set, level, code }) => `/units/${set}/${level}/${encodeURIComponent(code)}`;
/** @param {Record<string, string>} details */
const query = (details) => {
  const given = Object.entries(details).filter(([, value]) => value);
  return given.length ? `?${new URLSearchParams(given)}` : "";
};

/** @param {Wish} wish @returns {Promise<Told<Family>>} */
export const family = (wish) => told(`${address(wish)}/family`);
/** @param {Wish} wish @returns {Promise<Told<UnitSeries>>} */
export const series = (wish) => told(`${address(wish)}/series${query({ known: wish.known })}`);
/** @param {Wish} wish @returns {Promise<Told<UnitLives>>} */
export const lives = (wish) => told(`${address(wish)}/lives${query({ period: wish.period, known: wish.known })}`);
/** Why it has its class: of communes only. @param {Wish} wish @returns {Promise<Told<ClassAnswer>>} */
export const whyClass = (wish) => told(`${address(wish)}/class${query({ period: wish.period })}`);
/** @param {Wish} wish @param {string} input @param {string} period @returns {Promise<Told<ClassRows>>} */
export const classRows = (wish, input, period) => told(`${address(wish)}/class/rows/${input}${query({ period })}`);
/** Of a commune its own reports, of a larger unit those of its communes. @param {Wish} wish @returns {Promise<Told<Calendar>>} */
export const reports = (wish) =>
  wish.level === "commune" ? told(`${address(wish)}/reports`) : told(`/reports/calendar${query({ boundary_set: wish.set, level: wish.level, code: wish.code })}`);
