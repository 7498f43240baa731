// The merchant's time zone: the host's own tables, so that none travel in the module.

import { GuestfolioError } from "./error.js";

/** Gives the seconds east of UTC at a UTC second in an IANA zone; nothing for UTC itself. */
export function offsetIn(timeZone: unknown, path = "/timeZone"): ((utc: number) => number) | undefined {
  if (timeZone === undefined || timeZone === null || timeZone === "UTC") {
    return undefined;
  }
  if (typeof timeZone !== "string") {
    throw new GuestfolioError("wrong_type", "must be text", path);
  }
  const format = formatIn(timeZone, path);
  return (utc) => {
    const part: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(new Date(utc * 1000))) {
      part[type] = Number(value);
    }
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - utc;
  };
}

function formatIn(timeZone: string, path: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch (cause) {
    throw new GuestfolioError("unknown_time_zone", "must be an IANA time zone such as Europe/Helsinki", path, {
      cause,
    });
  }
}
