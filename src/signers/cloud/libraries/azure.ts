/** All that is used of Azure's identity library, in a module of its own: loaded only where an Azure key signs. */
export {
  AzureCliCredential,
  ClientAssertionCredential,
  ClientSecretCredential,
  ManagedIdentityCredential,
  WorkloadIdentityCredential,
} from '@azure/identity';
