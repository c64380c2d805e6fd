/** All that is used of the AWS SDK, in a module of its own: it is large, and loaded only where an AWS key signs. */
export { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
