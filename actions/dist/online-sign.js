import { c as context, d as info, i as summary, l as getInput, m as warning, n as annotate, p as setOutput, r as runAction } from "./shared-frame.js";
import { t as pagesUrl } from "./shared-pages.js";
import { t as RepositoryError } from "./shared-errors.js";
import { _ as loadState, n as fetchPublication, r as publishOnline, x as commitTree } from "./shared-remote.js";
import { t as SignerError } from "./shared-signer.js";
// src/signers/registry.ts
/**
* The ways to hold a key, by URI scheme as securesystemslib spells them. A scheme's module is loaded when it is first
* used, so that no command waits for libraries of signers it does not open.
*/
const SCHEMES = /* @__PURE__ */ new Map([["env", async () => (await import("./shared-environment.js")).openEnvironmentSigner], ["file2", async () => (await import("./shared-file.js")).openFileSigner]]);
/** Schemes that securesystemslib has, or that are planned here, and what they stand for. */
const LATER = /* @__PURE__ */ new Map([
	["awskms", "AWS KMS"],
	["azurekms", "Azure Key Vault"],
	["gcpkms", "Google Cloud KMS"],
	["hsm", "PKCS#11 tokens"],
	["hv", "HashiCorp Vault"],
	["sigstore", "Sigstore identities"],
	["ssh-agent", "ssh-agent"]
]);
/**
* Opens the signer that a URI names, such as `file2:~/keys/alice.pem` or `env:ONLINE_KEY`.
* @throws SignerError where the scheme is unknown or the key cannot be used
*/
async function openSigner(uri, context) {
	const shown = JSON.stringify(uri.slice(0, 200));
	const scheme = /^([a-z][a-z0-9+.-]*):/.exec(uri)?.[1];
	const load = scheme === void 0 ? void 0 : SCHEMES.get(scheme);
	if (load) return (await load())(uri, context);
	const known = [...SCHEMES.keys()].map((name) => `${name}:`).join(", ");
	if (scheme === void 0) throw new SignerError("malformed-uri", `${shown} is not a signer URI. It starts with a scheme; known are ${known}. For a key file write file2:<path>.`);
	const later = LATER.get(scheme);
	if (later !== void 0) throw new SignerError("scheme-not-supported", `The signer ${shown} is not supported yet: ${later} (${scheme}:) cannot be used here so far. Use one of ${known}.`);
	throw new SignerError("unknown-scheme", `The signer ${shown} has an unknown scheme. Known are ${known}.${scheme === "file" ? " Did you mean file2:?" : ""}`);
}
// src/actions/online-sign.ts
/** Action `online-sign`: signs snapshot and timestamp for the default branch and pushes them to `online`. */
await runAction(async ({ github, openClone, defaultBranch, now }) => {
	if (context.ref !== `refs/heads/${defaultBranch}`) throw new RepositoryError("bad-request", `Online signing runs only on ${defaultBranch}, not on ${context.ref}. Start the workflow there.`);
	const { repository, remote } = await openClone();
	const { main, tip } = await fetchPublication(remote);
	if ((await loadState(await commitTree(repository, main))).roles.size === 0) {
		setOutput("published", "false");
		setOutput("site", String(tip === void 0 && await pagesUrl(github) !== void 0));
		info("There is no metadata yet; nothing to sign.");
		await summary("There is no metadata yet. Start with `playground init`.\n");
		return;
	}
	const site = getInput("published") || await pagesUrl(github);
	const result = await publishOnline(remote, {
		site,
		first: site === void 0,
		push: true,
		now,
		openSigner: (uri) => openSigner(uri, {
			environment: process.env,
			warn: (message) => warning(message)
		})
	});
	annotate(result.warnings);
	const { snapshot, timestamp } = result.versions;
	setOutput("published", "true");
	setOutput("site", "true");
	setOutput("changed", String(result.commit !== void 0));
	await summary(result.commit === void 0 ? `Nothing to sign: snapshot ${snapshot} and timestamp ${timestamp} still hold.\n` : `Signed snapshot ${snapshot} and timestamp ${timestamp}:\n\n${result.reasons.map((reason) => `- ${reason}`).join("\n")}\n`);
});
export {};
