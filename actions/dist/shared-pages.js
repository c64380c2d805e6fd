import { s as GitHubError } from "./shared-frame.js";
// src/github/pages.ts
/** The address of the published site, with a slash at the end; undefined where Pages is not set up. */
async function pagesUrl(repository) {
	const url = (await repository.callOrNothing("read the settings of Pages", (octokit, at) => octokit.rest.repos.getPages(at)))?.data.html_url;
	return url === void 0 ? void 0 : url.replace(/\/*$/, "/");
}
/** Milliseconds to wait for the site. */
const PATIENCE = 5e3;
/**
* The address of a page of the published site; undefined where Pages is not set up, the token may not see its settings
* (`pages: read`), or the site does not have the page (yet).
*/
async function publishedPage(repository, path) {
	const site = await pagesUrl(repository).catch((error) => {
		if (error instanceof GitHubError && error.code === "forbidden") return void 0;
		throw error;
	});
	if (site === void 0) return void 0;
	const signal = AbortSignal.timeout(PATIENCE);
	return (await fetch(site + path, {
		method: "HEAD",
		signal
	}).catch(() => void 0))?.ok ? site + path : void 0;
}
export { publishedPage as n, pagesUrl as t };
