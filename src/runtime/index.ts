// The door to the platform: package.json's "browser" field puts web.ts in this file's place.

export { configureRuntime, getRuntime, hostDevice } from "./node.js";
