import { o as __toESM } from "./shared-rolldown-runtime.js";
import { t as require_error } from "./shared-error.js";
import { t as require_error$1 } from "./shared-error2.js";
// src/client/tuf-js-errors.ts
var import_error = /* @__PURE__ */ __toESM(require_error(), 1);
var import_error$1 = /* @__PURE__ */ __toESM(require_error$1(), 1);
/** Gives each error class of tuf-js its name. */
function nameTufErrors() {
	for (const group of [import_error, import_error$1]) for (const [name, value] of Object.entries(group)) if (isErrorClass(value)) value.prototype.name = name;
}
const isErrorClass = (value) => typeof value === "function" && value.prototype instanceof Error;
export { nameTufErrors };
