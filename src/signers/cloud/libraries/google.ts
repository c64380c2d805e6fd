/** All that is used of Google's authentication library, in a module of its own: loaded only where a Google key signs. */
export { GoogleAuth } from 'google-auth-library';
