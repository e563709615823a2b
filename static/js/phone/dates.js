// @ts-check
// Dates and clock times as people read them; how a moment is written with its offset.
import { _ } from "../words.js";

/** @param {number} n */
const two = (n) => String(n).padStart(2, "0");
const locale = () => (document.documentElement.lang === "en" ? "en-GB" : "da-DK");

/** 2026-11-18T08:12:00+01:00, by the phone's own zone. @param {Date} at */
export function with_offset(at) {
  const minutes = -at.getTimezoneOffset();
  const offset = `${minutes < 0 ? "-" : "+"}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
  return `${day(at)}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}${offset}`;
}

/** 2026-11-18, where the phone is. @param {Date} at */
export const day = (at) => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;

/** 7.21 @param {Date} at */
export const clock = (at) => `${at.getHours()}.${two(at.getMinutes())}`;

/** "i dag 7.21", "i går 15.58", "tirsdag den 17. november". @param {string} moment @param {Date} now */
export function when(moment, now = new Date()) {
  const at = new Date(moment);
  const days = Math.round((new Date(day(now)).getTime() - new Date(day(at)).getTime()) / 86_400_000);
  if (days === 0) return _("i dag %(clock)s", { clock: clock(at) });
  if (days === 1) return _("i går %(clock)s", { clock: clock(at) });
  return new Intl.DateTimeFormat(locale(), { weekday: "long", day: "numeric", month: "long" }).format(at);
}

/** When the talk was: the moment the form was opened, or noon of another day that was chosen.
 * @param {string} opened_at @param {string} held_on */
export function held_at(opened_at, held_on) {
  if (held_on === opened_at.slice(0, 10)) return opened_at;
  const [year, month, date] = held_on.split("-").map(Number);
  return with_offset(new Date(year, month - 1, date, 12));
}
