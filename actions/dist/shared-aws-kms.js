import { t as checkedSignature } from "./shared-checked-signature.js";
import { n as afterScheme, t as SignerError } from "./shared-signer.js";
import { a as serviceKey, c as within, d as unreachable, i as saying, r as oddAnswer, s as unsuitable, t as loginAdvice, u as networkCode } from "./shared-service.js";
import { createHash } from "node:crypto";
// src/signers/cloud/aws-errors.ts
/**
* What AWS says no with, in words that lead on (API reference: Common Errors, and the errors of GetPublicKey and Sign).
* The text of a failed authentication is never repeated: AWS quotes the signed headers in it, session token included.
*/
const LOGIN = {
	action: "aws-actions/configure-aws-credentials",
	elsewhere: "Log in with aws sso login and set AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
};
const BUSY = ({ uri }) => ["service-busy", `AWS KMS is too busy to sign with ${uri}, after several tries. Wait a minute, then try again.`];
const LOGIN_REFUSED = ({ environment }) => ["credentials-refused", `AWS does not accept the credentials: they are unknown, or have expired. ${loginAdvice(environment, {
	action: `${LOGIN.action} again`,
	elsewhere: LOGIN.elsewhere
})}`];
const BAD_SIGNATURE = (_request, message) => /expired|not yet current|skew/i.test(message) ? ["credentials-refused", "AWS does not accept requests from this machine: its clock differs too much. Set the clock, then try again."] : ["credentials-refused", "AWS does not accept the credentials: the secret key does not belong to the access key. Check AWS_SECRET_ACCESS_KEY for missing or added characters."];
const DENIED = ({ uri, action }, message) => {
	const who = /User: (arn:[^\s]{1,300})/.exec(message)?.[1];
	const needed = /perform: ([a-z0-9]+:[A-Za-z]+)/.exec(message)?.[1] ?? action;
	if (needed.startsWith("sts:")) return ["permission-denied", `AWS does not let this identity take the role (${needed}). Look at the trust policy of the role: it has to name the repository and its environment.`];
	return ["permission-denied", `${who ?? "The AWS identity in use"} lacks the permission ${needed} for ${uri}. Allow kms:GetPublicKey and kms:Sign on this key, in the policy of the identity or in that of the key.`];
};
const MISSING = ({ uri, region }) => ["key-missing", `There is no key ${uri} in ${region ? `the region ${region}` : "the region in use"} of this account. A key lives in one region: check AWS_REGION, or write the whole ARN into the URI.`];
const DISABLED = ({ uri }, message) => ["key-disabled", /delet/i.test(message) ? `The key ${uri} is about to be deleted. If that is a mistake: aws kms cancel-key-deletion, then aws kms enable-key.` : `The key ${uri} cannot be used now (${saying(message)}). Enable it: aws kms enable-key --key-id <key id>`];
const EXPLAINED = /* @__PURE__ */ new Map([
	["AccessDeniedException", DENIED],
	["AccessDenied", DENIED],
	["NotFoundException", MISSING],
	["DisabledException", DISABLED],
	["KMSInvalidStateException", DISABLED],
	["ExpiredTokenException", LOGIN_REFUSED],
	["ExpiredToken", LOGIN_REFUSED],
	["UnrecognizedClientException", LOGIN_REFUSED],
	["InvalidClientTokenId", LOGIN_REFUSED],
	["InvalidIdentityToken", LOGIN_REFUSED],
	["MissingAuthenticationTokenException", LOGIN_REFUSED],
	["InvalidSignatureException", BAD_SIGNATURE],
	["SignatureDoesNotMatch", BAD_SIGNATURE],
	["RequestExpired", BAD_SIGNATURE],
	["RequestTimeTooSkewed", BAD_SIGNATURE],
	["ThrottlingException", BUSY],
	["TooManyRequestsException", BUSY],
	["LimitExceededException", BUSY],
	["RequestLimitExceeded", BUSY],
	["DependencyTimeoutException", BUSY],
	["KeyUnavailableException", BUSY],
	["KMSInternalException", BUSY],
	["InternalFailure", BUSY],
	["ServiceUnavailable", BUSY]
]);
const NO_CREDENTIALS = /^(?:CredentialsProviderError|TokenProviderError|ProviderError)$/;
const NOT_FOR_SIGNING = ["UnsupportedOperationException", "InvalidKeyUsageException"];
/** The error for a person; SignerErrors come through as they are. */
function awsError(error, request) {
	if (error instanceof SignerError) return error;
	if (!(error instanceof Error)) return new SignerError("service-refused", `AWS KMS failed: ${saying(error)}`);
	const { name, message } = error;
	const explain = EXPLAINED.get(name);
	if (explain) return new SignerError(...explain(request, message));
	if (NOT_FOR_SIGNING.includes(name)) {
		const reason = `AWS KMS says that it is not made for signing (${saying(message)}).`;
		return unsuitable(request.uri, reason, request.creation);
	}
	if (/region is missing/i.test(message)) return new SignerError("malformed-uri", `The signer URI ${request.uri} does not say the region. Set AWS_REGION, or write the whole ARN into the URI.`);
	if (NO_CREDENTIALS.test(name)) {
		const advice = loginAdvice(request.environment, LOGIN);
		return new SignerError("credentials-missing", `No credentials for AWS were found. ${advice}`, { cause: error });
	}
	const { $metadata } = error;
	if (($metadata?.httpStatusCode ?? 0) >= 500) return new SignerError(...BUSY(request, message));
	if (name === "TimeoutError" || name === "AbortError" || networkCode(error) !== void 0) {
		const cause = name === "TimeoutError" || name === "AbortError" ? timedOut(error) : error;
		return unreachable("AWS KMS", request.region ?? "its address", cause);
	}
	return new SignerError("service-refused", `AWS KMS refused (${name}): ${saying(message)}`);
}
function timedOut(cause) {
	return Object.assign(new Error(cause.message, { cause }), { code: "TIMED_OUT" });
}
// src/signers/cloud/aws-kms.ts
/**
* `awskms:<key id, alias or ARN>`: a key in AWS KMS (API reference: GetPublicKey, Sign). The URI is securesystemslib's.
* The SDK finds the credentials where every AWS tool does; an ARN also says the region.
*/
const ALIAS = "alias/[A-Za-z0-9/_-]{1,250}";
const ARN = new RegExp(`^arn:aws[a-z-]*:kms:(?<region>[a-z0-9-]+):\\d{12}:(?:key/[A-Za-z0-9-]{1,64}|${ALIAS})$`);
const ID = new RegExp(`^(?:[A-Za-z0-9-]{1,64}|${ALIAS})$`);
/** Milliseconds: for one try, and for all tries of one request with the search for credentials. */
const LIMITS = {
	request: 15e3,
	all: 6e4
};
/** Bytes that KMS signs without a digest. */
const LONGEST_RAW = 4096;
const CREATION = "aws kms create-key --key-usage SIGN_VERIFY --key-spec ECC_NIST_P256";
const RAW_ADVICE = `AWS KMS signs at most ${LONGEST_RAW} bytes with an Ed25519 key, and metadata can be longer: root with many keys, targets with many artifacts, snapshot with many roles. A key of the spec ECC_NIST_P256 has no such limit.`;
/**
* How KMS signs with each kind of key that TUF clients verify: `digest` where it takes the SHA-256 instead of the
* content, which may then have any length. The kinds ML_DSA_44, 65 and 87 (ML_DSA_SHAKE_256, raw) belong here once
* they are supported.
*/
const SPECS = /* @__PURE__ */ new Map([
	["ECC_NIST_P256", {
		algorithm: "ECDSA_SHA_256",
		digest: true
	}],
	["ECC_NIST_EDWARDS25519", {
		algorithm: "ED25519_SHA_512",
		digest: false
	}],
	["RSA_2048", {
		algorithm: "RSASSA_PSS_SHA_256",
		digest: true
	}],
	["RSA_3072", {
		algorithm: "RSASSA_PSS_SHA_256",
		digest: true
	}],
	["RSA_4096", {
		algorithm: "RSASSA_PSS_SHA_256",
		digest: true
	}]
]);
/** Opens a key of AWS KMS. @throws SignerError */
const openAwsKmsSigner = (uri, context) => openWithLimits(uri, context, LIMITS);
/** `openAwsKmsSigner` with other limits of time (milliseconds). */
async function openWithLimits(uri, context, limits) {
	const id = afterScheme(uri);
	const arn = ARN.exec(id);
	if (!arn && !ID.test(id)) throw new SignerError("malformed-uri", "A signer URI for AWS KMS has the form awskms:<key id>, awskms:alias/<name> or awskms:<ARN of a key or alias>. With an ARN no region has to be set.");
	const { GetPublicKeyCommand, KMSClient, SignCommand } = await import("./shared-aws.js");
	const region = arn?.groups?.region ?? regionOf(context.environment);
	const client = new KMSClient(configuration(context.environment, region, limits.request));
	const ask = async (action, work) => {
		try {
			return await within(limits.all, "AWS KMS", work(AbortSignal.timeout(limits.all)));
		} catch (error) {
			throw awsError(error, {
				uri,
				action,
				region,
				environment: context.environment,
				creation: CREATION
			});
		}
	};
	const found = await ask("kms:GetPublicKey", (abortSignal) => client.send(new GetPublicKeyCommand({ KeyId: id }), { abortSignal }));
	if (!found.PublicKey || !found.KeyId) throw oddAnswer("AWS KMS", "a key without its public key");
	const spec = SPECS.get(found.KeySpec ?? "");
	if (found.KeyUsage !== "SIGN_VERIFY" || !spec) {
		const kind = `It has the spec ${found.KeySpec} and the usage ${found.KeyUsage};`;
		const wanted = `TUF clients need the usage SIGN_VERIFY and one of ${[...SPECS.keys()].join(", ")}.`;
		throw unsuitable(uri, `${kind} ${wanted}`, CREATION);
	}
	const key = serviceKey(found.PublicKey, uri, CREATION);
	const KeyId = found.KeyId;
	return {
		uri,
		key,
		...spec.digest ? {} : { advice: RAW_ADVICE },
		async sign(message) {
			if (!spec.digest && message.length > LONGEST_RAW) throw tooLong(uri, message.length);
			const { Signature } = await ask("kms:Sign", (abortSignal) => client.send(new SignCommand({
				KeyId,
				SigningAlgorithm: spec.algorithm,
				MessageType: spec.digest ? "DIGEST" : "RAW",
				Message: spec.digest ? createHash("sha256").update(message).digest() : message
			}), { abortSignal }));
			if (!Signature) throw oddAnswer("AWS KMS", "no signature");
			return checkedSignature(key, message, Signature, "AWS KMS");
		}
	};
}
function tooLong(uri, length) {
	return new SignerError("message-too-long", `AWS KMS signs at most ${LONGEST_RAW} bytes with an Ed25519 key, and this role has ${length}: ${uri} cannot sign it. Replace the key by one of the spec ECC_NIST_P256, which signs any length: ${CREATION}`);
}
function regionOf({ AWS_REGION, AWS_DEFAULT_REGION }) {
	return AWS_REGION || AWS_DEFAULT_REGION || void 0;
}
/** What the environment says is given to the SDK; whatever is not there, it looks for in the person's AWS files. */
function configuration(environment, region, requestTimeout) {
	const { AWS_ENDPOINT_URL_KMS, AWS_ENDPOINT_URL, AWS_PROFILE } = environment;
	const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment;
	const endpoint = AWS_ENDPOINT_URL_KMS || AWS_ENDPOINT_URL;
	return {
		maxAttempts: 4,
		requestHandler: {
			connectionTimeout: 5e3,
			requestTimeout,
			throwOnRequestTimeout: true
		},
		...region ? { region } : {},
		...endpoint ? { endpoint } : {},
		...AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY && !AWS_PROFILE ? { credentials: {
			accessKeyId: AWS_ACCESS_KEY_ID,
			secretAccessKey: AWS_SECRET_ACCESS_KEY,
			...AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}
		} } : {}
	};
}
export { openAwsKmsSigner };
