export { t as sigstoreTrust, n as sigstoreTrustedRoot } from "./shared-trust.js";
