export { t as verifyMlDsa } from "./shared-ml-dsa3.js";
