export { Regex } from "./regex.js";
