export { t as bundleVerifier } from "./shared-verifier2.js";
