// src/tuf/shape.ts
/** Metadata whose shape is not what the specification (section 4) says. `where` is the path inside the file. */
var MetadataError = class extends Error {
	name = "MetadataError";
	code = "metadata-shape";
	where;
	constructor(where, problem) {
		super(`${where}: ${problem}`);
		this.where = where;
	}
};
function kindOf(value) {
	if (value === void 0) return "nothing";
	if (value === null) return "null";
	return Array.isArray(value) ? "an array" : typeof value === "object" ? "an object" : `a ${typeof value}`;
}
function fail(where, wanted, value) {
	throw new MetadataError(where, `expected ${wanted}, found ${kindOf(value)}`);
}
/** An object; arrays and null are refused. */
function asObject(value, where) {
	if (typeof value !== "object" || value === null || Array.isArray(value)) fail(where, "an object", value);
	return value;
}
/** An array, each element checked by `item`. */
function asArray(value, where, item) {
	if (!Array.isArray(value)) fail(where, "an array", value);
	return value.map((element, index) => item(element, `${where}[${index}]`));
}
function asString(value, where) {
	if (typeof value !== "string") fail(where, "a string", value);
	return value;
}
/** A lower-case hex string of whole bytes; may not be empty. */
function asHex(value, where) {
	const text = asString(value, where);
	if (text.length % 2 !== 0 || !/^[0-9a-f]+$/.test(text)) throw new MetadataError(where, "expected lower-case hex digits");
	return text;
}
function asBoolean(value, where) {
	if (typeof value !== "boolean") fail(where, "true or false", value);
	return value;
}
/** A whole number that is at least `least`. */
function asInteger(value, where, least = 0) {
	if (typeof value !== "number" || !Number.isSafeInteger(value)) fail(where, "a whole number", value);
	if (value < least) throw new MetadataError(where, `expected a whole number of ${least} or more, found ${value}`);
	return value;
}
/** Runs `check` on every member of an object; `where` gains the member's name. */
function eachMember(value, where, check) {
	const object = asObject(value, where);
	for (const name of Object.keys(object)) check(object[name], `${where}.${name}`, name);
	return object;
}
/** The member of that name, if it is the object's own: names come from files, so `constructor` must find nothing. */
function own(object, name) {
	return object !== void 0 && Object.hasOwn(object, name) ? object[name] : void 0;
}
export { asInteger as a, eachMember as c, asHex as i, own as l, asArray as n, asObject as o, asBoolean as r, asString as s, MetadataError as t };
