import { failure } from "./budget.js";

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** Python's `date.strftime(format)` in local time and the C locale. */
export function strftime(date: Date, format: string): string {
  return format.replace(/%(-?)(.)/gsu, (whole, dash: string, directive: string) => {
    const number = (value: number, width: number) =>
      dash ? String(value) : String(value).padStart(width, "0");
    switch (directive) {
      case "Y":
        return String(date.getFullYear());
      case "y":
        return number(date.getFullYear() % 100, 2);
      case "m":
        return number(date.getMonth() + 1, 2);
      case "d":
        return number(date.getDate(), 2);
      case "e":
        return String(date.getDate()).padStart(2, " ");
      case "H":
        return number(date.getHours(), 2);
      case "I":
        return number(date.getHours() % 12 || 12, 2);
      case "M":
        return number(date.getMinutes(), 2);
      case "S":
        return number(date.getSeconds(), 2);
      case "f":
        return `${String(date.getMilliseconds()).padStart(3, "0")}000`;
      case "p":
        return date.getHours() < 12 ? "AM" : "PM";
      case "j":
        return number(dayOfYear(date), 3);
      case "w":
        return String(date.getDay());
      case "A":
        return DAYS[date.getDay()]!;
      case "a":
        return DAYS[date.getDay()]!.slice(0, 3);
      case "B":
        return MONTHS[date.getMonth()]!;
      case "b":
      case "h":
        return MONTHS[date.getMonth()]!.slice(0, 3);
      case "F":
        return strftime(date, "%Y-%m-%d");
      case "T":
        return strftime(date, "%H:%M:%S");
      case "D":
        return strftime(date, "%m/%d/%y");
      case "R":
        return strftime(date, "%H:%M");
      case "%":
        return "%";
      default:
        throw failure(`strftime_now does not know ${whole}`);
    }
  });
}

function dayOfYear(date: Date): number {
  const start = Date.UTC(date.getFullYear(), 0, 1);
  return Math.round((Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) - start) / 86_400_000) + 1;
}
