import { c as apiUrl, d as getInput, h as setOutput, i as summary, l as serverUrl, n as annotate, r as runAction } from "./shared-frame.js";
import { S as commitTree, i as buildPublication, n as fetchPublication, o as buildPages, v as loadState } from "./shared-remote.js";
import { readFile } from "node:fs/promises";
import { existsSync } from "node:fs";
// src/web/pages.ts
/**
* The pages that are published beside the metadata, ready to be served or written: they are built in advance
* (`npm run build`), and whoever serves one fills in where it stands.
*/
/** Settings that no page can be made for. */
var PageError = class extends Error {
	name = "PageError";
	code = "bad-settings";
};
const TYPES = /* @__PURE__ */ new Map([
	["index.html", "text/html; charset=utf-8"],
	["app.js", "text/javascript; charset=utf-8"],
	["style.css", "text/css; charset=utf-8"]
]);
/**
* The signing page, by the names of its files (`index.html`, `app.js`, `style.css`), all in one folder. The page looks
* for the repository's first root at `../metadata/1.root.json`, as it stands on the published site: whoever serves the
* page from elsewhere serves that file too, or answers 404 where nothing has been published.
* @param folder where the built page lies
* @throws {PageError} where the settings are no URLs or no `owner/name`
*/
async function signPage(settings, folder = pageFolder("sign-page")) {
	const files = /* @__PURE__ */ new Map();
	for (const [name, type] of TYPES) {
		const bytes = await readFile(new URL(name, folder));
		files.set(name, {
			type,
			bytes: name === "index.html" ? fillIn(bytes, settings) : bytes
		});
	}
	return files;
}
/** What is published beside the metadata, by path in the site. @throws {PageError} as for {@link signPage} */
async function sitePages(settings) {
	const page = await signPage(settings);
	return new Map([...page].map(([name, { bytes }]) => [`sign/${name}`, bytes]));
}
/** The folder of a built page: beside the bundle, or seen from the sources. */
function pageFolder(name) {
	const beside = new URL(`./${name}/`, import.meta.url);
	return existsSync(beside) ? beside : new URL(`../../actions/dist/${name}/`, import.meta.url);
}
function fillIn(html, settings) {
	const { repository } = settings;
	if (!/^[A-Za-z0-9-_.]+\/[A-Za-z0-9-_.]+$/.test(repository)) throw new PageError(`The signing page belongs to one repository; ${JSON.stringify(repository)} is no owner/name.`);
	const values = /* @__PURE__ */ new Map([
		["API_URL", webAddress(settings.apiUrl)],
		["API_ORIGIN", new URL(webAddress(settings.apiUrl)).origin],
		["SERVER_URL", webAddress(settings.serverUrl)],
		["REPOSITORY", repository]
	]);
	const text = html.toString("utf8").replace(/\{\{([A-Z_]+)\}\}/g, (placeholder, name) => {
		const value = values.get(name);
		if (value === void 0) throw new Error(`the page asks for ${placeholder}, which is no setting`);
		return escapeHtml(value);
	});
	return Buffer.from(text);
}
/** An address as the page takes it, without a slash at its end. Nothing of it can end a directive of the page's policy. */
function webAddress(text) {
	const url = URL.parse(text);
	if (!url || !/^https?:$/.test(url.protocol) || url.username !== "" || url.search !== "" || url.hash !== "") throw new PageError(`${JSON.stringify(text)} is no address of a server. Give one such as https://github.com.`);
	return url.href.replace(/\/+$/, "");
}
function escapeHtml(text) {
	return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
// src/actions/build-repository.ts
/** Action `build-repository`: validates what is to be published once more and builds the site, signing page included. */
await runAction(async ({ github, openClone, now }) => {
	const { repository, remote } = await openClone();
	const directory = getInput("directory", { required: true });
	const source = await fetchPublication(remote);
	const pages = await sitePages({
		apiUrl: apiUrl(process.env),
		serverUrl: serverUrl(process.env),
		repository: github.fullName
	});
	const { roles } = await loadState(await commitTree(repository, source.main));
	if (roles.size === 0 && source.tip === void 0) {
		await buildPages(directory, pages);
		setOutput("directory", directory);
		await summary("There is no metadata yet. Built the signing page alone.\n");
		return;
	}
	const built = await buildPublication({
		...source,
		repository,
		directory,
		pages,
		now
	});
	annotate(built.warnings);
	setOutput("directory", built.directory);
	await summary(`Built ${built.metadataFiles} metadata files and ${built.artifacts} artifacts from commit ${built.mainCommit}, with the signing page.\n`);
});
export {};
