import { a as verify, i as sha512, n as hashHex, r as provider } from "./shared-crypto.js";
import { t as Point } from "./shared-ed25519.js";
import { a as readElements, i as readBitString, o as readPositive, s as readSequence } from "./shared-signature-form.js";
import { n as toHex, t as fromHex } from "./shared-hex.js";
import { a as repeatsBundle, r as identityOf, s as sigstoreVerifier } from "./shared-sigstore.js";
// node_modules/canonicalize/lib/canonicalize.js
function serializeString(value) {
	if (!value.isWellFormed()) throw new Error("Lone surrogate is not allowed");
	return JSON.stringify(value);
}
function serializePrimitive(value) {
	switch (typeof value) {
		case "number":
			if (isNaN(value)) throw new Error("NaN is not allowed");
			if (!isFinite(value)) throw new Error("Infinity is not allowed");
			return JSON.stringify(value);
		case "string": return serializeString(value);
		case "boolean": return value ? "true" : "false";
		default: return JSON.stringify(value);
	}
}
function enterValue(value, seen) {
	let wrappers = null;
	while (value !== null && typeof value === "object" && typeof value.toJSON === "function") {
		if (seen.has(value)) throw new Error("Circular reference detected");
		seen.add(value);
		(wrappers ??= []).push(value);
		value = value.toJSON();
	}
	if (value instanceof Number || value instanceof String || value instanceof Boolean) value = value.valueOf();
	if (value === null || typeof value !== "object") {
		if (wrappers !== null) for (const wrapper of wrappers) seen.delete(wrapper);
		return serializePrimitive(value);
	}
	if (seen.has(value)) throw new Error("Circular reference detected");
	seen.add(value);
	return {
		container: value,
		keys: Array.isArray(value) ? null : Object.keys(value).sort(),
		index: 0,
		first: true,
		wrappers
	};
}
function canonicalize$1(object) {
	if (object === null || typeof object !== "object") return serializePrimitive(object);
	const seen = /* @__PURE__ */ new Set();
	const root = enterValue(object, seen);
	if (typeof root !== "object") return root;
	let result = root.keys === null ? "[" : "{";
	const stack = [root];
	outer: while (stack.length > 0) {
		const frame = stack[stack.length - 1];
		const container = frame.container;
		if (frame.keys === null) {
			while (frame.index < container.length) {
				const i = frame.index++;
				if (i > 0) result += ",";
				const element = container[i];
				const value = element === void 0 || typeof element === "symbol" || typeof element === "function" ? null : element;
				if (value === null || typeof value !== "object") {
					result += serializePrimitive(value);
					continue;
				}
				const child = enterValue(value, seen);
				if (typeof child !== "object") {
					result += child === void 0 ? "null" : child;
					continue;
				}
				result += child.keys === null ? "[" : "{";
				stack.push(child);
				continue outer;
			}
			result += "]";
		} else {
			const keys = frame.keys;
			while (frame.index < keys.length) {
				const key = keys[frame.index++];
				const value = container[key];
				if (value === void 0 || typeof value === "symbol" || typeof value === "function") continue;
				if (value === null || typeof value !== "object") {
					if (frame.first) frame.first = false;
					else result += ",";
					result += serializeString(key) + ":" + serializePrimitive(value);
					continue;
				}
				const child = enterValue(value, seen);
				if (child === void 0) continue;
				if (frame.first) frame.first = false;
				else result += ",";
				result += serializeString(key) + ":";
				if (typeof child !== "object") {
					result += child;
					continue;
				}
				result += child.keys === null ? "[" : "{";
				stack.push(child);
				continue outer;
			}
			result += "}";
		}
		seen.delete(container);
		if (frame.wrappers !== null) for (const wrapper of frame.wrappers) seen.delete(wrapper);
		stack.pop();
	}
	return result;
}
/** A UTF-16 surrogate, in a pair or alone. Text without any sorts by code unit as it does by code point. */
const SURROGATE = /[\ud800-\udfff]/;
/** A path in words: `signed.targets["a b"].hashes`, ASCII only. */
function formatPath(path) {
	if (path.length === 0) return "the value itself";
	return path.map((step) => {
		if (typeof step === "number") return `[${step}]`;
		return /^[A-Za-z_][\w-]*$/.test(step) ? `.${step}` : `[${quoted(step)}]`;
	}).join("").replace(/^\./, "");
}
/** Text from a file for a message: quoted, ASCII only (no control or bidirectional characters), cut when long. */
function quoted(text) {
	return escapeNonAscii(JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text));
}
/** JSON text in which U+007F and everything above is written as `\uXXXX`, one for each UTF-16 code unit. */
function escapeNonAscii(jsonText) {
	return jsonText.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
/**
* Why a value is not plain JSON data, in words that follow "the place"; undefined when it is. Looks at the value and
* its shape, not at its members, and not for lone surrogates.
*/
function dataProblem(value) {
	switch (typeof value) {
		case "string":
		case "boolean": return;
		case "number":
			if (!Number.isSafeInteger(value)) return `${value} is not a whole number within 2^53 - 1`;
			return Object.is(value, -0) ? "minus zero cannot be told from zero; write 0" : void 0;
		case "object": return value === null ? void 0 : shapeProblem(value);
		case "undefined": return "has no value that can be written (undefined, an accessor, or a property that is not enumerable)";
		default: return `a ${typeof value} is not JSON data`;
	}
}
function shapeProblem(value) {
	const prototype = Object.getPrototypeOf(value);
	if (Array.isArray(value)) {
		if (prototype !== Array.prototype) return "an instance of a class derived from Array is not JSON data";
		if (Object.getOwnPropertyNames(value).length !== value.length + 1) return "the array has holes or named members";
	} else if (prototype !== Object.prototype && prototype !== null) return "is neither a plain object nor an array";
	return Object.getOwnPropertySymbols(value).length > 0 ? "has a member whose key is a symbol" : void 0;
}
/** The value of a member; undefined, which `dataProblem` refuses, for an accessor or a hidden property. */
function memberOf(container, name) {
	const property = Object.getOwnPropertyDescriptor(container, name);
	return property?.enumerable === true ? property.value : void 0;
}
/**
* Whether a value is plain JSON data all through whose objects list their members in ascending order of UTF-16 code
* units, at most `depth` containers deep. `JSON.stringify` then writes it whole and in that order.
*/
function isPlainAndOrdered(value, depth = 64) {
	if (dataProblem(value) !== void 0) return false;
	if (typeof value !== "object" || value === null) return true;
	if (depth === 0) return false;
	if (Array.isArray(value)) {
		for (let index = 0; index < value.length; index += 1) if (!isPlainAndOrdered(memberOf(value, index), depth - 1)) return false;
		return true;
	}
	let previous;
	for (const name of Object.getOwnPropertyNames(value)) {
		if (previous !== void 0 && name < previous) return false;
		previous = name;
		if (!isPlainAndOrdered(memberOf(value, name), depth - 1)) return false;
	}
	return true;
}
// src/tuf/json-scan.ts
/**
* A strict reader of JSON text (RFC 8259), narrowed to what every TUF implementation reads alike: no key twice in an
* object, numbers only as whole numbers that a double holds exactly, no lone surrogates, limited nesting. JSON.parse
* keeps the last of two equal keys and reads 1.0 as 1; Python and Go refuse or differ.
*/
/** Text that is not strict JSON, or a value that has no such text. The message begins with the place. */
var JsonError = class extends Error {
	name = "JsonError";
	code;
	constructor(code, message, options) {
		super(message, options);
		this.code = code;
	}
};
/** More than this many levels are never read, whatever a caller allows: reading recurses once a level. */
const RECURSION_LIMIT = 1e3;
const WORDS = /* @__PURE__ */ new Map([
	["true", true],
	["false", false],
	["null", null]
]);
const QUOTE = 34;
const BACKSLASH = 92;
/**
* The value of a text that is well-formed UTF-16.
* @param maxDepth containers inside one another, at most; not above `RECURSION_LIMIT`.
* @throws {JsonError} with line and column (counted from 1, in UTF-16 code units).
*/
function scanJson(text, maxDepth) {
	return new Scanner(text, maxDepth).wholeText();
}
/** An offset in a text, in words: line and column, counted from 1, columns in UTF-16 code units. */
function placeIn(text, at) {
	const before = text.slice(0, at);
	return `line ${before.split("\n").length}, column ${at - before.lastIndexOf("\n")}`;
}
var Scanner = class {
	at = 0;
	text;
	maxDepth;
	constructor(text, maxDepth) {
		this.text = text;
		this.maxDepth = maxDepth;
	}
	wholeText() {
		const value = this.value(0);
		if (this.next() !== void 0) this.fail("json-syntax", "expected the end of the text; remove what follows");
		return value;
	}
	value(depth) {
		const first = this.next();
		if (first === "{") return this.object(depth + 1);
		if (first === "[") return this.array(depth + 1);
		if (first === "\"") return this.string();
		const token = this.token();
		if (/^-?[0-9]/.test(token)) return this.number(token);
		const word = WORDS.get(token);
		if (word === void 0) this.fail("json-syntax", `expected a value, found ${token === "" ? this.found() : quoted(token)}`);
		this.at += token.length;
		return word;
	}
	object(depth) {
		this.open(depth);
		const members = /* @__PURE__ */ new Map();
		let first = true;
		while (this.goesOn("}", first)) {
			first = false;
			if (this.next() !== "\"") this.fail("json-syntax", `expected a key in double quotes, found ${this.found()}`);
			const start = this.at;
			const key = this.string();
			if (members.has(key)) this.fail("json-duplicate-key", `the key ${quoted(key)} is in this object twice; remove one`, start);
			this.take(":");
			members.set(key, this.value(depth));
		}
		return Object.fromEntries(members);
	}
	array(depth) {
		this.open(depth);
		const elements = [];
		while (this.goesOn("]", elements.length === 0)) elements.push(this.value(depth));
		return elements;
	}
	open(depth) {
		if (!(depth <= this.maxDepth)) this.fail("json-too-deep", `more than ${this.maxDepth} levels of objects and arrays; flatten the data`);
		this.at += 1;
	}
	/** Whether another member follows; steps over the comma before it, or over the closing bracket. */
	goesOn(close, first) {
		if (this.next() === close) {
			this.at += 1;
			return false;
		}
		if (!first) {
			this.take(",", ` or "${close}"`);
			if (this.next() === close) this.fail("json-syntax", `remove the comma before "${close}"`);
		}
		return true;
	}
	string() {
		const start = this.at;
		let escaped = false;
		let end = start + 1;
		for (;;) {
			const unit = this.text.charCodeAt(end);
			if (unit === QUOTE) break;
			if (!(unit >= 32)) {
				if (end >= this.text.length) this.fail("json-syntax", "the string that begins here has no end", start);
				this.fail("json-syntax", "a control character inside a string; write it as an escape", end);
			}
			escaped ||= unit === BACKSLASH;
			end += unit === BACKSLASH ? 2 : 1;
		}
		this.at = end + 1;
		return escaped ? this.unescape(start) : this.text.slice(start + 1, end);
	}
	unescape(start) {
		let value;
		try {
			value = JSON.parse(this.text.slice(start, this.at));
		} catch (cause) {
			this.fail("json-syntax", "the string that begins here has an escape that JSON does not know", start, cause);
		}
		if (!value.isWellFormed()) this.fail("json-surrogate", "half of a surrogate pair in the string that begins here; write both halves", start);
		return value;
	}
	number(token) {
		const value = Number(token);
		if (!/^-?(0|[1-9][0-9]*)$/.test(token) || token === "-0" || !Number.isSafeInteger(value)) this.fail("json-number", `${quoted(token)} is not allowed: numbers are whole, within 2^53 - 1, and written in plain digits`);
		this.at += token.length;
		return value;
	}
	/** The run of characters of which numbers and words are made. */
	token() {
		const run = /[-+.0-9A-Za-z]*/y;
		run.lastIndex = this.at;
		return run.exec(this.text)?.[0] ?? "";
	}
	take(character, orElse = "") {
		if (this.next() !== character) this.fail("json-syntax", `expected "${character}"${orElse}, found ${this.found()}`);
		this.at += 1;
	}
	/** Steps over white space; the character after it, undefined at the end. */
	next() {
		for (;;) {
			const unit = this.text.charCodeAt(this.at);
			if (unit !== 32 && unit !== 10 && unit !== 13 && unit !== 9) return this.text[this.at];
			this.at += 1;
		}
	}
	found() {
		const character = this.text.codePointAt(this.at);
		return character === void 0 ? "the end of the text" : quoted(String.fromCodePoint(character));
	}
	fail(code, problem, at = this.at, cause) {
		throw new JsonError(code, `${placeIn(this.text, at)}: ${problem}`, cause === void 0 ? void 0 : { cause });
	}
};
// src/tuf/member-order.ts
/**
* The order of members. The stored form of a file and the canonical form both list the members of an object in
* ascending order of their names, and `JSON.stringify` writes them in the order in which the object has them.
*/
/** JavaScript lists members of such names first, whatever order they were added in. */
const ARRAY_INDEX = /^(?:0|[1-9][0-9]*)$/;
/**
* The same data with the members of all objects in ascending order of UTF-16 code units. What is in order already is
* shared with the original and not copied: the thousands of entries of a targets role are in order where its few
* fields around them are not.
* @returns undefined where it is not plain JSON data, or has members that JavaScript cannot hold in this order
*/
function inMemberOrder(value) {
	return isPlainAndOrdered(value) ? value : ordered(value, 64);
}
function ordered(value, depth) {
	if (dataProblem(value) !== void 0) return void 0;
	if (typeof value !== "object" || value === null) return value;
	if (depth === 0) return void 0;
	return Array.isArray(value) ? orderedArray(value, depth) : orderedObject(value, depth);
}
function orderedArray(value, depth) {
	let copied = false;
	const elements = [];
	for (let index = 0; index < value.length; index += 1) {
		const original = memberOf(value, index);
		const element = ordered(original, depth - 1);
		if (element === void 0) return void 0;
		copied ||= element !== original;
		elements.push(element);
	}
	return copied ? elements : value;
}
function orderedObject(value, depth) {
	let copied = false;
	let previous;
	const members = [];
	for (const name of Object.getOwnPropertyNames(value)) {
		const original = memberOf(value, name);
		const member = ordered(original, depth - 1);
		if (member === void 0) return void 0;
		copied ||= member !== original || previous !== void 0 && name < previous;
		previous = name;
		members.push([name, member]);
	}
	if (!copied) return value;
	const copy = Object.create(null);
	for (const [name, member] of members.sort(([a], [b]) => a < b ? -1 : 1)) {
		if (ARRAY_INDEX.test(name)) return void 0;
		copy[name] = member;
	}
	return copy;
}
// src/tuf/json.ts
/**
* JSON as this repository format reads and writes it. Reading is strict, so that what we accept every client reads
* the same way; writing gives the form in which files are stored: sorted keys, an indent of one space, ASCII only,
* no newline at the end, byte for byte what Python's
* `json.dumps(value, indent=1, separators=(',', ': '), sort_keys=True)` writes.
*
* Both have a short way for the usual case, since a repository with hashed bins holds thousands of files.
*/
const DEFAULT_MAX_BYTES = 5e6;
const ENCODER = new TextEncoder();
const DECODER = new TextDecoder("utf-8", {
	fatal: true,
	ignoreBOM: true
});
const BYTE_ORDER_MARK = 65279;
/**
* Reads strict JSON: UTF-8 without a byte order mark, no key twice in one object (escapes undone), numbers only as
* safe integers in plain digits, no lone surrogates, limited size and depth. `__proto__` is a key like any other.
* @throws {JsonError} which names line and column.
*/
function parseJson(input, options = {}) {
	const { maxBytes = DEFAULT_MAX_BYTES } = options;
	const maxDepth = Math.min(options.maxDepth ?? 64, RECURSION_LIMIT);
	const text = typeof input === "string" ? checkText(input, maxBytes) : decode(input, maxBytes);
	if (text.charCodeAt(0) === BYTE_ORDER_MARK) throw new JsonError("json-encoding", "line 1, column 1: a byte order mark; save the file as UTF-8 without it");
	return parseStored(text, maxDepth) ?? scanJson(text, maxDepth);
}
/**
* The short way, for text that JSON.stringify would write itself with an indent of one space, as we store files, or of
* one tab, as older repositories have them. Then no key is there twice (the second would be missing), and every number
* stands in its shortest form, so that only fractions, exponents and integers beyond 2^53 are left to look for. A lone
* surrogate would stand as an escape `\udXXX`. Writing it again also finds what JSON.parse itself misreads: V8 13.6 (in
* Node 24) can take a key `"\""` for the key `"\\"` of an object that it read before.
* Undefined when the text is otherwise, or is no JSON: the scanner decides, and says where.
*/
function parseStored(text, maxDepth) {
	if (OPENS_WITHIN_LINE.test(text) || text.includes("\\ud")) return void 0;
	const indent = text[2] === "	" ? "	" : " ";
	try {
		const value = JSON.parse(text);
		return isShallowAndWhole(value, maxDepth) && JSON.stringify(value, null, indent) === text ? value : void 0;
	} catch {
		return;
	}
}
const OPENS_WITHIN_LINE = /[[{][^\n\]}]/;
function isShallowAndWhole(value, depth) {
	if (typeof value === "number") return Number.isSafeInteger(value);
	if (typeof value !== "object" || value === null) return true;
	if (!(depth > 0)) return false;
	const members = Array.isArray(value) ? value : Object.values(value);
	for (const member of members) if (!isShallowAndWhole(member, depth - 1)) return false;
	return true;
}
function checkText(text, maxBytes) {
	if (text.length > maxBytes) throw tooLarge(maxBytes);
	if (text.length * 3 > maxBytes && ENCODER.encode(text).length > maxBytes) throw tooLarge(maxBytes);
	const lone = text.isWellFormed() ? null : /\p{Surrogate}/u.exec(text);
	if (lone !== null) throw new JsonError("json-surrogate", `${placeIn(text, lone.index)}: half of a surrogate pair; write both`);
	return text;
}
function decode(bytes, maxBytes) {
	if (bytes.length > maxBytes) throw tooLarge(maxBytes);
	try {
		return DECODER.decode(bytes);
	} catch (cause) {
		throw new JsonError("json-encoding", `near byte ${firstBadByte(bytes)}: not UTF-8; save the file as UTF-8`, { cause });
	}
}
function tooLarge(maxBytes) {
	return new JsonError("json-too-large", `the whole text: more than ${maxBytes} bytes; make it smaller or split it`);
}
/** Bad bytes decode leniently to U+FFFD, so the first difference after encoding again is where they are. */
function firstBadByte(bytes) {
	const again = ENCODER.encode(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
	return bytes.findIndex((byte, index) => byte !== again[index]);
}
/** UTF-8 bytes of a text without lone surrogates. */
function encodeUtf8(text) {
	return ENCODER.encode(text);
}
/**
* The text of a file: sorted keys (by code point), an indent of one space, `,` and newline and `: ` as separators,
* everything outside U+0020 to U+007E escaped, no newline at the end.
* @throws {JsonError} with the path of a value that the strict reader would not read back as it is.
*/
function formatJson(value) {
	const ordered = inMemberOrder(value);
	if (ordered !== void 0) {
		const text = JSON.stringify(ordered, null, 1);
		if (!SURROGATE.test(text) && !text.includes("\\ud")) return escapeNonAscii(text);
	}
	return write(value, "\n", []);
}
function write(value, newline, path) {
	const problem = dataProblem(value);
	if (problem !== void 0) throw new JsonError(typeof value === "number" ? "json-number" : "json-syntax", `${formatPath(path)}: ${problem}`);
	if (typeof value === "string") return writeString(value, path);
	if (typeof value !== "object" || value === null) return String(value);
	if (path.length >= 64) throw new JsonError("json-too-deep", `${formatPath(path)}: more than 64 levels, or a value inside itself`);
	const inner = `${newline} `;
	const member = (name) => {
		path.push(name);
		const key = typeof name === "string" ? `${writeString(name, path)}: ` : "";
		const text = `${inner}${key}${write(memberOf(value, name), inner, path)}`;
		path.pop();
		return text;
	};
	if (Array.isArray(value)) return value.length === 0 ? "[]" : `[${value.map((_, index) => member(index)).join()}${newline}]`;
	const names = Object.getOwnPropertyNames(value).sort(compareCodePoints);
	return names.length === 0 ? "{}" : `{${names.map(member).join()}${newline}}`;
}
function writeString(text, path) {
	if (!text.isWellFormed()) throw new JsonError("json-surrogate", `${formatPath(path)}: half of a surrogate pair cannot be written`);
	return escapeNonAscii(JSON.stringify(text));
}
/** Orders well-formed strings by code point, where `<` orders by code unit: a surrogate stands above U+FFFF. */
function compareCodePoints(a, b) {
	const length = Math.min(a.length, b.length);
	for (let index = 0; index < length; index += 1) {
		const difference = rank(a.charCodeAt(index)) - rank(b.charCodeAt(index));
		if (difference !== 0) return difference;
	}
	return a.length - b.length;
}
function rank(unit) {
	return unit >= 55296 && unit <= 57343 ? unit + 65536 : unit;
}
// src/tuf/canonical.ts
/**
* OLPC canonical JSON, the form of which TUF signs the bytes (specification section 4.2, "canonical JSON"; described
* at http://wiki.laptop.org/go/Canonical_JSON): no white space, keys in the order of their UTF-8 bytes, whole numbers
* only, and in strings only `"` and `\` escaped, so that a newline is the byte 0x0A itself.
*
* The package `canonicalize` writes RFC 8785, which differs in the order of keys beyond U+FFFF, in the escapes of
* control characters, and in allowing fractions. `canonicalizeGeneral` corrects those three; `canonicalizeOrdered`
* is the short way for data that is in order, as in every file that this project writes; what is not is put in order
* first where that can be done.
*/
/** A value that has no canonical form. The message begins with its path. */
var CanonicalError = class extends Error {
	name = "CanonicalError";
	code = "canonical";
	constructor(path, problem) {
		super(`${formatPath(path)}: ${problem}`);
	}
};
/**
* The bytes that a signature over the value covers.
* @throws {CanonicalError} for whatever is not plain JSON data: anything but plain objects, arrays without holes,
* well-formed strings, safe integers, booleans and null, or more than 64 levels of them.
*/
function canonicalize(value) {
	const ordered = inMemberOrder(value);
	return (ordered === void 0 ? void 0 : bytesInOrder(ordered)) ?? canonicalizeGeneral(value);
}
function bytesInOrder(value) {
	const text = JSON.stringify(value);
	if (SURROGATE.test(text) || text.includes("\\ud")) return void 0;
	return encodeUtf8(text.includes("\\") ? undoControlEscapes(text) : text);
}
/**
* The form of any value, by way of RFC 8785. Every string becomes the string whose characters are its UTF-8 bytes:
* these sort by code unit as the original does by code point, and no character of them is escaped that OLPC leaves
* literal, other than control characters. Each character of the result is a byte.
*/
function canonicalizeGeneral(value) {
	const text = canonicalize$1(asByteStrings(value, []));
	if (text === void 0) throw new CanonicalError([], "has no canonical form");
	const characters = undoControlEscapes(text);
	const bytes = new Uint8Array(characters.length);
	for (let index = 0; index < bytes.length; index += 1) bytes[index] = characters.charCodeAt(index);
	return bytes;
}
function asByteStrings(value, path) {
	const problem = dataProblem(value);
	if (problem !== void 0) throw new CanonicalError(path, problem);
	if (typeof value === "string") return byteString(value, path);
	if (typeof value !== "object" || value === null) return value;
	if (path.length >= 64) throw new CanonicalError(path, `more than 64 levels, or a value inside itself`);
	const inside = (name) => {
		path.push(name);
		const member = asByteStrings(memberOf(value, name), path);
		path.pop();
		return member;
	};
	if (Array.isArray(value)) return value.map((_, index) => inside(index));
	const copy = Object.create(null);
	for (const name of Object.getOwnPropertyNames(value)) copy[byteString(name, [...path, name])] = inside(name);
	return copy;
}
/** The string whose characters are the UTF-8 bytes of a text (its latin-1 reading). */
function byteString(text, path) {
	if (!BEYOND_ASCII.test(text)) return text;
	if (!text.isWellFormed()) throw new CanonicalError(path, "half of a surrogate pair has no UTF-8 form");
	let characters = "";
	for (const byte of encodeUtf8(text)) characters += String.fromCharCode(byte);
	return characters;
}
const BEYOND_ASCII = /[\u0080-\uffff]/;
/** The control characters that JSON.stringify writes with a letter; the others it writes as `\u00XX`. */
const LETTER_ESCAPES = /* @__PURE__ */ new Map([
	["\\b", "\b"],
	["\\f", "\f"],
	["\\n", "\n"],
	["\\r", "\r"],
	["\\t", "	"]
]);
/** Puts control characters in the place of their escapes in text by JSON.stringify; `\"` and `\\` stay. */
function undoControlEscapes(text) {
	return text.replace(/\\(?:u([0-9a-f]{4})|.)/g, (sequence, hex) => hex === void 0 ? LETTER_ESCAPES.get(sequence) ?? sequence : String.fromCharCode(Number.parseInt(hex, 16)));
}
// src/tuf/crypto/pem.ts
/** PEM text (RFC 7468) around DER bytes, the form of P-256 and RSA keys in TUF metadata. */
const LONGEST = 32768;
const PEM = /^-----BEGIN ([A-Z0-9 ]+)-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END \1-----\s*$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** Reads text that is one PEM block and nothing else; undefined where it is not. */
function decodePem(text) {
	const [, label, body] = text.length <= LONGEST && PEM.exec(text) || [];
	if (label === void 0 || body === void 0) return void 0;
	const base64 = body.replace(/[\r\n]/g, "");
	if (base64.length % 4 !== 0 || !BASE64.test(base64)) return void 0;
	return {
		label,
		der: Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
	};
}
/** PEM with lines of 64 characters and a newline at the end, byte for byte what OpenSSL and Python write. */
function encodePem(label, der) {
	const lines = btoa(Array.from(der, (byte) => String.fromCharCode(byte)).join("")).match(/.{1,64}/g) ?? [];
	return [
		`-----BEGIN ${label}-----`,
		...lines,
		`-----END ${label}-----`,
		""
	].join("\n");
}
// src/tuf/crypto/public-key.ts
/**
* Imports public keys: from raw points (as TUF writes Ed25519) and from SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7,
* RFC 5480, RFC 8410, RFC 9881). A key comes through only if every library that we use agrees on it; what is refused is named.
*/
const ED25519 = "Ed25519";
const P256 = "ECDSA P-256";
const ML_DSA = {
	"ml-dsa-44": "ML-DSA-44",
	"ml-dsa-65": "ML-DSA-65",
	"ml-dsa-87": "ML-DSA-87"
};
/** Bits. Below 2048 tough and NIST SP 800-131A refuse; above 8192 tough and browsers do. */
const RSA_MODULUS = {
	least: 2048,
	most: 8192
};
/** Go takes public exponents up to 31 bits; all known RSA keys have 65537. */
const RSA_MOST_EXPONENT_BITS = 31;
const ED25519_SPKI = "302a300506032b6570032100";
const P256_SPKI = "3059301306072a8648ce3d020106082a8648ce3d030107034200";
/** What stands before the key itself; its length is that of FIPS 204, table 2. */
const ML_DSA_SPKI = /* @__PURE__ */ new Map([
	["30820532300b06096086480165030403110382052100", "ml-dsa-44"],
	["308207b2300b0609608648016503040312038207a100", "ml-dsa-65"],
	["30820a32300b060960864801650304031303820a2100", "ml-dsa-87"]
]);
/** rsaEncryption with the NULL that RFC 3279 section 2.3.1 demands. */
const RSA_IDENTIFIER = "06092a864886f70d0101010500";
const OID = {
	ed25519: "2b6570",
	ec: "2a8648ce3d0201",
	p256: "2a8648ce3d030107",
	rsa: "2a864886f70d010101"
};
/** Kinds of key that are recognised and refused, by object identifier (contents in hex). */
const OTHER_KINDS = /* @__PURE__ */ new Map([
	["2b8104000a", "ECDSA secp256k1"],
	["2b81040022", "ECDSA P-384"],
	["2b81040023", "ECDSA P-521"],
	["2b656e", "X25519"],
	["2b656f", "X448"],
	["2b6571", "Ed448"],
	["2a8648ce380401", "DSA"],
	["2a864886f70d01010a", "RSA restricted to PSS"]
]);
/** By object identifier (contents in hex). */
const ML_DSA_NAMES = /* @__PURE__ */ new Map([
	["608648016503040311", ML_DSA["ml-dsa-44"]],
	["608648016503040312", ML_DSA["ml-dsa-65"]],
	["608648016503040313", ML_DSA["ml-dsa-87"]]
]);
function refuse$1(status, name, reason) {
	return {
		ok: false,
		problem: {
			status,
			name,
			reason
		}
	};
}
function withPrefix(prefix, bytes) {
	const head = fromHex(prefix) ?? /* @__PURE__ */ new Uint8Array();
	const whole = new Uint8Array(head.length + bytes.length);
	whole.set(head);
	whole.set(bytes, head.length);
	return whole;
}
/**
* A 32-byte Ed25519 point (RFC 8032 section 5.1.5). Points of small order are refused, because a signature that
* anyone can make verifies under them, and points of mixed order, because verifiers disagree about those.
*/
function importEd25519(point) {
	if (point.length !== 32) return refuse$1("invalid", ED25519, `the public key has ${point.length} bytes instead of 32`);
	let decoded;
	try {
		decoded = Point.fromBytes(point);
	} catch {
		return refuse$1("invalid", ED25519, "the public key is not the encoding of a point on the curve");
	}
	if (decoded.isSmallOrder()) return refuse$1("weak", ED25519, "the public key is a point of small order: anyone can sign");
	if (!decoded.isTorsionFree()) return refuse$1("weak", ED25519, "the public key is a point of mixed order, about which clients disagree");
	return {
		ok: true,
		key: {
			algorithm: "ed25519",
			spki: withPrefix(ED25519_SPKI, point),
			point: new Uint8Array(point)
		}
	};
}
/** A P-256 point in its uncompressed form, `04 ‖ x ‖ y` (SEC 1 section 2.3.3). */
function importP256(point) {
	if (point.length !== 65 || point[0] !== 4) return refuse$1("invalid", P256, "the public key is not an uncompressed point of 65 bytes");
	if (!provider.isP256Point(point)) return refuse$1("invalid", P256, "the public key is not a point on the curve");
	return {
		ok: true,
		key: {
			algorithm: "ecdsa-p256",
			spki: withPrefix(P256_SPKI, point),
			point: new Uint8Array(point)
		}
	};
}
function importRsa(spki, rsaPublicKey) {
	const parts = readSequence(rsaPublicKey);
	const modulus = readPositive(parts?.[0]);
	const exponent = readPositive(parts?.[1]);
	if (parts?.length !== 2 || !modulus || !exponent) return refuse$1("invalid", "RSA", "the public key is not strict DER");
	const bits = bitLength(modulus);
	const name = `RSA ${bits} bits`;
	const { least, most } = RSA_MODULUS;
	if (bits < least) return refuse$1("weak", name, `the modulus has ${bits} bits; clients ask for ${least} or more`);
	if (bits > most) return refuse$1("unsupported", name, `the modulus has ${bits} bits; clients take ${most} at most`);
	if (!isOdd(modulus) || !isOdd(exponent)) return refuse$1("invalid", name, "modulus and exponent must be odd");
	const exponentBits = bitLength(exponent);
	if (exponentBits < 2) return refuse$1("weak", name, "the public exponent is 1: anyone can sign");
	if (exponentBits > RSA_MOST_EXPONENT_BITS) return refuse$1("unsupported", name, `the public exponent has ${exponentBits} bits; clients take 31 at most`);
	return {
		ok: true,
		key: {
			algorithm: "rsa-pss-sha256",
			spki: new Uint8Array(spki),
			modulusBits: bits
		}
	};
}
function bitLength(magnitude) {
	return magnitude.length * 8 - (Math.clz32(magnitude[0] ?? 0) - 24);
}
function isOdd(magnitude) {
	return (magnitude.at(-1) ?? 0) % 2 === 1;
}
/** A DER SubjectPublicKeyInfo of any kind. */
function importSpki(spki) {
	const [algorithm, bits, ...more] = readSequence(spki) ?? [];
	const key = readBitString(bits);
	if (algorithm?.tag !== 48 || !key || more.length > 0) return refuse$1("invalid", "public key", "it is not a DER SubjectPublicKeyInfo");
	const head = toHex(spki.subarray(0, spki.length - key.length));
	if (head === ED25519_SPKI) return importEd25519(key);
	if (head === P256_SPKI) return importP256(key);
	const mlDsa = ML_DSA_SPKI.get(head);
	if (mlDsa !== void 0) return {
		ok: true,
		key: {
			algorithm: mlDsa,
			spki: new Uint8Array(spki),
			encoded: new Uint8Array(key)
		}
	};
	if (toHex(algorithm.content) === RSA_IDENTIFIER) return importRsa(spki, key);
	return refuseKind(readElements(algorithm.content));
}
function refuseKind(identifier) {
	const [kind, parameters] = identifier ?? [];
	if (kind?.tag !== 6) return refuse$1("invalid", "public key", "it is not a DER SubjectPublicKeyInfo");
	const oid = toHex(kind.content);
	const curve = parameters?.tag === 6 ? toHex(parameters.content) : "";
	const mlDsa = ML_DSA_NAMES.get(oid);
	if (mlDsa !== void 0) return refuse$1("invalid", mlDsa, "the public key is not encoded as RFC 9881 says");
	const name = OTHER_KINDS.get(oid === OID.ec ? curve : oid);
	if (name !== void 0) return refuse$1("unsupported", name, `${name} keys are not supported`);
	if (oid === OID.ec && curve === OID.p256) return refuse$1("invalid", P256, "the public key is not an uncompressed point of 65 bytes");
	if (oid === OID.ec) return refuse$1("unsupported", "ECDSA", "only the curve P-256 is supported, under its name");
	if (oid === OID.ed25519) return refuse$1("invalid", ED25519, "the public key is not encoded as RFC 8410 says");
	if (oid === OID.rsa) return refuse$1("invalid", "RSA", "the public key is not encoded as RFC 3279 says");
	return refuse$1("unsupported", "unknown", `its algorithm is unknown (object identifier ${oid.slice(0, 40)})`);
}
// src/tuf/key-object.ts
/** A key object of the wrong shape, or a public key that no new key can be made from. */
var KeyError = class extends Error {
	name = "KeyError";
	code;
	constructor(code, message) {
		super(message);
		this.code = code;
	}
};
function isObject(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
/**
* Takes a key from parsed metadata, unchanged; `where` is its place in the file, for the error. Only the shape is
* checked: whether the key can verify anything is for `classifyKey` to say.
*/
function parseKey(value, where) {
	const fail = (place, wanted) => {
		throw new KeyError("key-shape", `${place}: expected ${wanted} (specification section 4.2)`);
	};
	if (!isObject(value)) return fail(where, "a key object");
	for (const field of ["keytype", "scheme"]) {
		const text = Object.hasOwn(value, field) ? value[field] : void 0;
		if (typeof text !== "string" || text === "") fail(`${where}.${field}`, "a string that is not empty");
	}
	const keyval = Object.hasOwn(value, "keyval") ? value.keyval : void 0;
	if (!isObject(keyval)) return fail(`${where}.keyval`, "an object");
	for (const [field, text] of Object.entries(keyval)) if (typeof text !== "string") fail(`${where}.keyval.${field}`, "a string");
	return value;
}
// src/tuf/key-schemes.ts
const SUPPORTED = [
	[
		"ed25519",
		"ed25519",
		"ed25519"
	],
	[
		"ecdsa",
		"ecdsa-sha2-nistp256",
		"ecdsa-p256"
	],
	[
		"ecdsa-sha2-nistp256",
		"ecdsa-sha2-nistp256",
		"ecdsa-p256"
	],
	[
		"rsa",
		"rsassa-pss-sha256",
		"rsa-pss-sha256"
	],
	[
		"ml-dsa",
		"ml-dsa-44/1",
		"ml-dsa-44"
	],
	[
		"ml-dsa",
		"ml-dsa-65/1",
		"ml-dsa-65"
	],
	[
		"ml-dsa",
		"ml-dsa-87/1",
		"ml-dsa-87"
	]
];
const FEW_CLIENTS = "only some clients verify it";
/** The first row whose expression matches `keytype scheme` gives the name and the reason. */
const RECOGNISED = [
	[
		/^ecdsa(-sha2-nistp384)? ecdsa-sha2-nistp384$/,
		"ECDSA P-384",
		FEW_CLIENTS
	],
	[
		/^ecdsa(-sha2-nistp521)? ecdsa-sha2-nistp521$/,
		"ECDSA P-521",
		"no widely used client verifies it"
	],
	[
		/^rsa rsassa-pss-/,
		`RSA-PSS with another hash than SHA-256`,
		FEW_CLIENTS
	],
	[
		/^rsa rsa-pkcs1v15-/,
		`RSA PKCS#1 v1.5`,
		FEW_CLIENTS
	],
	[
		/^\S* pgp\+|^gpg /,
		"GPG",
		"TUF clients do not verify GPG signatures"
	],
	[
		/^sigstore-oidc /,
		"Sigstore identity",
		"of its schemes only Fulcio is known"
	],
	[
		/^ml-dsa ml-dsa-(44|65|87)\/\d+$/,
		"ML-DSA",
		"of TAP 21 only version 1 is known"
	],
	[
		/^sk-|^\S* sk-/,
		"SSH security key",
		"its signatures cover more than the metadata, and TUF clients do not verify them"
	],
	[
		/^webauthn|^\S* webauthn/,
		"WebAuthn",
		"its signatures cover more than the metadata, and TUF clients do not verify them"
	],
	[
		/^sphincs /,
		"SPHINCS+",
		"only securesystemslib ever had it"
	]
];
/** How to read a key of this keytype and scheme, or why it cannot be used. */
function schemeOf(keytype, scheme) {
	const supported = SUPPORTED.find((row) => row[0] === keytype && row[1] === scheme);
	if (supported) return supported[2];
	const pair = `${keytype} ${scheme}`;
	const [, name, reason] = RECOGNISED.find(([pattern]) => pattern.test(pair)) ?? [];
	if (name !== void 0 && reason !== void 0) return {
		status: "unsupported",
		name,
		reason
	};
	return {
		status: "unsupported",
		name: `${plainText(keytype)}/${plainText(scheme)}`,
		reason: `this keytype and scheme are unknown; supported are ${[
			ED25519,
			P256,
			`RSA-PSS with SHA-256`,
			...Object.values(ML_DSA)
		].join(", ")}`
	};
}
/** Names come from files that anyone may have written; only harmless characters of them reach a message. */
function plainText(name) {
	return name.slice(0, 40).replace(/[^\w.@+/-]/g, "?");
}
// src/tuf/key-support.ts
/**
* Which keys this code verifies with, and which may be enrolled. Verification takes what stock clients take and real
* repositories contain; new keys have one form for each kind.
*/
const ENROLABLE = { enrolable: true };
const SIGSTORE = "Sigstore identity";
/** Characters of `keyval.public`; the longest real one, ML-DSA-87, has 3,600. */
const LONGEST_PUBLIC = 16384;
const cache = /* @__PURE__ */ new Map();
const MOST_CACHED = 1e3;
/**
* What can be done with a key: verify (`supported`), or why not. Answers are kept by the key's content, since a
* repository with thousands of bins asks about the same few keys each time.
*/
function classifyKey(key) {
	if (key.keytype === "sigstore-oidc" && key.scheme === "Fulcio") return classifyIdentity(key);
	const text = key.keyval.public;
	if (text !== void 0 && text.length > LONGEST_PUBLIC) return {
		status: "invalid",
		name: "public key",
		reason: `it is longer than ${LONGEST_PUBLIC} characters`
	};
	const content = JSON.stringify([
		key.keytype,
		key.scheme,
		text
	]);
	const known = cache.get(content);
	if (known) return known;
	const support = classify(key.keytype, key.scheme, text);
	if (cache.size >= MOST_CACHED) cache.clear();
	cache.set(content, support);
	return support;
}
function classifyIdentity(key) {
	const identity = identityOf(key);
	if (!identity) return {
		status: "invalid",
		name: SIGSTORE,
		reason: "keyval does not name an identity and the URL of an issuer"
	};
	return {
		status: "supported",
		name: `${SIGSTORE} ${identity.identity} of ${identity.issuer}`,
		algorithm: "sigstore",
		identity,
		...Object.keys(key.keyval).length > 2 ? existingOnly("its keyval has more than identity and issuer") : ENROLABLE
	};
}
function classify(keytype, scheme, text) {
	const algorithm = schemeOf(keytype, scheme);
	if (typeof algorithm === "object") return algorithm;
	const family = FAMILY[algorithm];
	if (text === void 0) return {
		status: "invalid",
		name: family,
		reason: "keyval has no \"public\""
	};
	const read = READERS[algorithm](text);
	if (!read) return {
		status: "invalid",
		name: family,
		reason: UNREADABLE[algorithm]
	};
	const [imported, form] = read;
	if (!imported.ok) {
		const { status, name, reason } = imported.problem;
		if (name.startsWith(family)) return imported.problem;
		return {
			status: "invalid",
			name: family,
			reason: status === "unsupported" ? `it holds a key of another kind: ${name}` : reason
		};
	}
	const publicKey = imported.key;
	if (publicKey.algorithm !== algorithm) return {
		status: "invalid",
		name: family,
		reason: `it holds a key of another kind: ${FAMILY[publicKey.algorithm]}`
	};
	return {
		status: "supported",
		name: publicKey.algorithm === "rsa-pss-sha256" ? `RSA ${publicKey.modulusBits} bits` : family,
		algorithm,
		publicKey,
		...form
	};
}
const FAMILY = {
	ed25519: ED25519,
	"ecdsa-p256": P256,
	"rsa-pss-sha256": "RSA",
	...ML_DSA
};
const NOT_PEM = "the public key is not PEM";
const UNREADABLE = {
	ed25519: "the public key is neither 64 hex digits nor PEM",
	"ecdsa-p256": NOT_PEM,
	"rsa-pss-sha256": NOT_PEM,
	"ml-dsa-44": NOT_PEM,
	"ml-dsa-65": NOT_PEM,
	"ml-dsa-87": NOT_PEM
};
const READERS = {
	ed25519(text) {
		const point = fromHex(text);
		if (point) {
			const form = text === text.toLowerCase() ? ENROLABLE : existingOnly("its hex digits are upper case");
			return [importEd25519(point), form];
		}
		return readPem(text, existingOnly("of all clients only tuf-js reads Ed25519 keys in PEM form"));
	},
	"ecdsa-p256"(text) {
		const point = fromHex(text);
		if (point) return [importP256(point), existingOnly("the hex form of P-256 keys was given up; new keys are PEM")];
		return readPem(text, ENROLABLE);
	},
	"rsa-pss-sha256": (text) => readPem(text, ENROLABLE),
	"ml-dsa-44": (text) => readPem(text, ENROLABLE),
	"ml-dsa-65": (text) => readPem(text, ENROLABLE),
	"ml-dsa-87": (text) => readPem(text, ENROLABLE)
};
function existingOnly(reason) {
	return {
		enrolable: false,
		reason
	};
}
function readPem(text, form) {
	const block = decodePem(text);
	if (block?.label !== "PUBLIC KEY") return void 0;
	const usual = encodePem(block.label, block.der);
	const isUsual = text === usual || `${text}\n` === usual;
	return [importSpki(block.der), isUsual ? form : existingOnly("its PEM is not wrapped as OpenSSL does it")];
}
// src/tuf/key.ts
/** Public keys as metadata has them: keyids, new key objects, and what two of them have in common. */
/**
* The keyid that the specification (section 4.2) gives the key: SHA-256 of the canonical form of the whole object.
* Throws where the object has no canonical form, such as one with a fraction in an extra field.
*/
function computeKeyid(key) {
	return hashHex("sha256", canonicalize(key));
}
/** Marks the PEM label of a SubjectPublicKeyInfo. */
const PUBLIC_KEY = "PUBLIC KEY";
/**
* The key object, without extra fields, for a public key that is to be enrolled.
* @param spki SubjectPublicKeyInfo as DER bytes or as PEM text
* @throws KeyError for kinds, sizes and points that no new key may have
*/
function keyFromSpki(spki) {
	const block = typeof spki === "string" ? decodePem(spki) : {
		label: PUBLIC_KEY,
		der: spki
	};
	if (block?.label !== PUBLIC_KEY) throw new KeyError("key-invalid", "Not a public key in PEM form: expected one block \"BEGIN PUBLIC KEY\".");
	const imported = importSpki(block.der);
	if (!imported.ok) {
		const { status, name, reason } = imported.problem;
		throw new KeyError(`key-${status}`, `This ${name} key cannot be used: ${reason}. Use Ed25519, P-256, RSA or ML-DSA.`);
	}
	const { key } = imported;
	switch (key.algorithm) {
		case "ed25519": return {
			keytype: "ed25519",
			scheme: "ed25519",
			keyval: { public: toHex(key.point) }
		};
		case "ecdsa-p256": return {
			keytype: "ecdsa",
			scheme: "ecdsa-sha2-nistp256",
			keyval: { public: encodePem(PUBLIC_KEY, key.spki) }
		};
		case "rsa-pss-sha256": return {
			keytype: "rsa",
			scheme: "rsassa-pss-sha256",
			keyval: { public: encodePem(PUBLIC_KEY, key.spki) }
		};
		case "ml-dsa-44":
		case "ml-dsa-65":
		case "ml-dsa-87": return {
			keytype: "ml-dsa",
			scheme: `${key.algorithm}/1`,
			keyval: { public: encodePem(PUBLIC_KEY, key.spki) }
		};
	}
}
/** The key for people: its kind and the start of its keyid, such as `Ed25519 3f2a90c1…`. Never throws. */
function describeKey(key) {
	const { name } = classifyKey(key);
	try {
		return `${name} ${computeKeyid(key).slice(0, 8)}…`;
	} catch {
		return `${name} without a keyid`;
	}
}
/**
* A text that is equal for two key objects if and only if they hold the same public key, whatever their keyids,
* extra fields, spelling of the keytype or encoding. One public key must count once towards a threshold.
*/
function publicKeyIdentity(key) {
	const support = classifyKey(key);
	if (support.status === "supported") {
		if (support.algorithm !== "sigstore") return `spki ${toHex(support.publicKey.spki)}`;
		return `sigstore ${support.identity.identity} ${support.identity.issuer}`;
	}
	const text = key.keyval.public;
	if (text === void 0) return `keyval ${JSON.stringify(Object.entries(key.keyval).sort())}`;
	const block = decodePem(text);
	return block ? `spki ${toHex(block.der)}` : `public ${text}`;
}
/** 32 hex digits that stand for the public key alone, whatever fields a repository's entry for it has besides. */
function fingerprintOf(key) {
	return hashHex("sha256", new TextEncoder().encode(publicKeyIdentity(key))).slice(0, 32);
}
/** Whether both hold the same public key; see `publicKeyIdentity`. */
function samePublicKey(a, b) {
	return a === b || publicKeyIdentity(a) === publicKeyIdentity(b);
}
// src/tuf/signed-message.ts
/**
* What a signature is made over. For most keys that is the canonical form of `signed` itself. ML-DSA keys sign 68 bytes
* that stand for it (TAP 21, version 1), because tokens and cloud services take short messages only: the prefix keeps
* them from passing for anything that the same key signs elsewhere.
*/
/** `tuf` and the version. */
const TAP21_PREFIX = Uint8Array.of(116, 117, 102, 1);
/**
* The bytes to sign and to verify with a key of this algorithm. Every check and every signer goes through here.
* @param canonical the canonical form of `signed`
*/
function signedMessage(algorithm, canonical) {
	if (!algorithm.startsWith("ml-dsa-")) return canonical;
	return Uint8Array.of(...TAP21_PREFIX, ...sha512(canonical));
}
// src/tuf/signature.ts
/**
* One signature by one key (specification section 4.2: `sig` is the hex of a signature over the canonical form of
* `signed`). The answer says why a signature does not count; data from outside never makes it throw.
*/
const VALID = { valid: true };
function refuse(code, reason) {
	return {
		valid: false,
		code,
		reason
	};
}
function answer(verified) {
	return verified ? VALID : refuse("does-not-verify", "the signature does not match this key and this content");
}
/**
* Checks a signature.
* @param message the bytes that are signed: the canonical form of `signed`
* @param made what stands in the file, or its hex alone (DER inside for ECDSA); empty where the signer has not signed yet
* @returns at once, or a promise where the answer comes later (RSA and ML-DSA in browsers, Sigstore); never rejects
*/
function verifySignature(key, message, made) {
	const value = typeof made === "string" ? { sig: made } : made;
	if (value.sig === "") return refuse("unsigned", "the signature is empty: not signed yet");
	const support = classifyKey(key);
	if (support.status !== "supported") return refuse(`${support.status}-key`, `the ${support.name} key cannot be used: ${support.reason}`);
	if (support.algorithm === "sigstore") return verifyBundled(support.identity, message, value);
	const signature = fromHex(value.sig);
	if (!signature) return refuse("not-hex", "the signature is not hex digits in pairs");
	try {
		const verified = verify(support.publicKey, signedMessage(support.algorithm, message), signature);
		return typeof verified === "boolean" ? answer(verified) : verified.then(answer, cannotCheck);
	} catch (error) {
		return cannotCheck(error);
	}
}
async function verifyBundled(identity, message, { sig, bundle }) {
	if (!bundle) return refuse("no-bundle", "there is no Sigstore bundle with the signature");
	if (!repeatsBundle(sig, bundle)) return refuse("does-not-verify", "the signature is not the one in its Sigstore bundle");
	try {
		const verifier = await sigstoreVerifier();
		if (!verifier) return cannotCheck(/* @__PURE__ */ new Error("Sigstore bundles are not checked here"));
		const problem = await verifier.check(identity, message, bundle);
		return problem === void 0 ? VALID : refuse("does-not-verify", `the Sigstore bundle ${problem}`);
	} catch (error) {
		return cannotCheck(error);
	}
}
function cannotCheck(error) {
	return refuse("cannot-check", `the signature could not be checked: ${error instanceof Error ? error.message : String(error)}`);
}
export { quoted as _, fingerprintOf as a, samePublicKey as c, parseKey as d, decodePem as f, JsonError as g, parseJson as h, describeKey as i, classifyKey as l, formatJson as m, signedMessage as n, keyFromSpki as o, canonicalize as p, computeKeyid as r, publicKeyIdentity as s, verifySignature as t, KeyError as u };
