import { t as require_dist } from "./shared-dist4.js";
export default require_dist();
export {};
