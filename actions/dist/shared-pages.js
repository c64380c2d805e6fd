// src/github/pages.ts
/** The address of the published site, with a slash at the end; undefined where Pages is not set up. */
async function pagesUrl(repository) {
	const url = (await repository.callOrNothing("read the settings of Pages", (octokit, at) => octokit.rest.repos.getPages(at)))?.data.html_url;
	return url === void 0 ? void 0 : url.replace(/\/*$/, "/");
}
export { pagesUrl as t };
