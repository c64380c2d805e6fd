// src/repository/errors.ts
var RepositoryError = class extends Error {
	name = "RepositoryError";
	code;
	findings;
	constructor(code, message, options = {}) {
		super(message, options.cause === void 0 ? void 0 : { cause: options.cause });
		this.code = code;
		this.findings = options.findings ?? [];
	}
};
export { RepositoryError as t };
