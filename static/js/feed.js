// Values of a feed, written as one short text by the server (layers/packed_values.py).

const NO_VALUE = "maxh";
const SHORT = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/** @type {Record<string, string>} */
const STATUS_OF_MARK = { "~": "i", "+": "c", "^": "e" };

/**
 * Read values and their statuses, one of each per unit in feed order.
 * @param {string} packed
 * @param {number} scale the numbers written are so many times the values
 * @returns {{ v: (number | null)[], s: string }}
 */
export function unpack(packed, scale = 1) {
  /** @type {(number | null)[]} */
  const v = [];
  let s = "";
  let status = ".";
  for (let at = 0; at < packed.length; at++) {
    const sign = packed[at] ?? "";
    const mark = STATUS_OF_MARK[sign];
    if (mark) {
      status = mark;
      continue;
    }
    if (NO_VALUE.includes(sign)) {
      v.push(null);
      status = sign;
    } else if (sign === "(") {
      const end = packed.indexOf(")", at);
      v.push(Number(packed.slice(at + 1, end)) / scale);
      at = end;
    } else {
      const number = SHORT.indexOf(sign);
      if (number < 0) throw new RangeError(`${sign} at ${at} is no value`);
      v.push(number / scale);
    }
    s += status;
    status = ".";
  }
  return { v, s };
}
