// What ScriptMta gives to scripts (js_files). Scripts are ECMAScript 5.1 with let and const; write newer JavaScript or TypeScript and compile it to ES5.
//
// Limits of a call: js_statement_limit statements (100000), js_time_limit (1s), 100 calls within calls, js_body_limit bytes of a body (1M). A call that goes over one, throws, or asks for something that
// cannot be answered now (a lookup that defers) ends in a deferral: the message waits or the client is told to come back; the log has script and line.
//
// After the files have run, everything that they defined is read-only, and so are all built-in objects: no message can leave anything for another.
//
// Strings are Unicode; bytes of the message that are not UTF-8 appear as the Latin-1 characters of the same number.

/** What hooks get as first argument, and every function as "this". */
interface Mta {
  readonly message: Message;
  readonly envelope: Envelope;
  readonly connection: Connection;
  /** The address being checked or routed; its texts are empty where there is none. */
  readonly recipient: Recipient;
  /** acl_c…, acl_m… and r_… variables that are set, by name without "$". */
  readonly variables: { readonly [name: string]: string };
  /** An explanation is being made (verify, -bt, -bh): log() writes nothing. */
  readonly dryRun: boolean;
}

interface Message {
  /** Empty before the message has one. */
  readonly id: string;
  /** Empty for bounces. */
  readonly sender: string;
  /** Encoded words decoded; empty without a Subject field. */
  readonly subject: string;
  /** Bytes; before DATA what the client declared, or -1. */
  readonly size: number;
  readonly headers: Headers;
  /** The beginning of the body, at most limit bytes (and never more than js_body_limit). Empty before DATA. */
  body(limit?: number): string;
}

/** Names compare without case. Values are unfolded, with encoded words decoded. */
interface Headers {
  /** The first field of the name, or null. */
  get(name: string): string | null;
  all(name: string): string[];
  /** As received, one for each field. */
  names(): string[];
}

interface Envelope {
  readonly sender: string;
  readonly recipients: string[];
}

/** Texts are empty and numbers 0 for what is not known (yet). */
interface Connection {
  readonly hostAddress: string;
  readonly hostPort: number;
  /** Verified by forward look-up. */
  readonly hostName: string;
  readonly helo: string;
  /** smtp, esmtp, esmtps, esmtpa, esmtpsa, local … */
  readonly protocol: string;
  /** RFC 1413, or the login name of a local caller. */
  readonly ident: string;
  readonly authenticatedId: string;
  /** The name of the authenticator that succeeded. */
  readonly authenticator: string;
  readonly tlsCipher: string;
  /** Null without TLS. */
  readonly tls: Tls | null;
  readonly interfaceAddress: string;
  readonly interfacePort: number;
}

interface Tls {
  readonly version: string;
  readonly cipher: string;
  /** The name that the client asked for (SNI). */
  readonly serverName: string;
  /** The distinguished name of the client's certificate. */
  readonly peerName: string;
  readonly isPeerVerified: boolean;
}

interface Recipient {
  readonly localPart: string;
  readonly domain: string;
  readonly address: string;
  /** What local_part_prefix and local_part_suffix took off. */
  readonly prefix: string;
  readonly suffix: string;
}

/** Header fields to add: { "X-Priority": "1" } or ["X-Priority: 1"]. Values must not hold line ends. */
type AddedHeaders = { [name: string]: string | number } | string[];

/**
 * A function named by the ACL condition "js = function argument…". true, false: an ordinary condition (nothing and null mean false). A verdict, alone or in an object, ends
 * the ACL whatever the statement's verb; text is for the client, log for the log.
 */
type AclFunction = (this: Mta, mta: Mta, ...arguments: string[]) => boolean | null | void | Verdict | AclAnswer;
type Verdict = "accept" | "deny" | "defer" | "discard";
interface AclAnswer {
  verdict?: Verdict;
  /** Where there is no verdict: whether the condition holds. */
  result?: boolean;
  text?: string;
  log?: string;
  /** acl_c… and acl_m… variables. */
  set?: { [name: string]: string };
  headers?: AddedHeaders;
  /** Names of fields to remove from the message; "X-*" is every name that begins so. They go before headers come. */
  removeHeaders?: string | string[];
}

/** A function named by a router with "driver = js". Nothing, null, false and "decline" pass the address on to the next router; a list of addresses redirects. */
type RouterFunction = (this: Mta, mta: Mta, ...arguments: string[]) => "decline" | false | null | void | string[] | RouterAnswer;
/** Exactly one of redirect, transport, fail and defer. */
interface RouterAnswer {
  redirect?: string | string[];
  /** The name of a transport of the configuration. */
  transport?: string;
  /** Permanent failure with this text. */
  fail?: string;
  /** Try again later. */
  defer?: string;
  /** r_… variables. */
  set?: { [name: string]: string };
  headers?: AddedHeaders;
}

/** A function called by ${js{function}{argument}…}: arguments and result are texts; null or nothing is a forced failure. */
type ExpansionFunction = (this: Mta, ...arguments: string[]) => string | number | boolean | null | void;

/** Writes a line to the main log, with the message id. */
declare function log(text: string): void;

/**
 * Looks up a key, as ${lookup{key}type{file}} does: "lsearch", "partial-lsearch", "lsearch*@", "dsearch,ret=full" … null when it is not there.
 * A relative file name stands beside the configuration file. The name must not be made of what came from outside: use texts of the script, or results of lookups.
 */
declare function lookup(type: string, key: string, file: string): string | null;
/** Query types: passwd, dnsdb … */
declare function lookup(type: string, query: string): string | null;

/** What the rules see as $name: "sender_rcvhost", "tls_in_sni", "spam_score", "mime_filename" … Null for a name that there is not. */
declare function variable(name: string): string | null;

/** Matching against lists as in the configuration: "+local_domains : *.example". The list is not expanded. */
declare const match: {
  domain(domain: string, list: string): boolean;
  /** By IP address; names are looked up where an item needs them. */
  host(address: string, list: string): boolean;
  address(address: string, list: string): boolean;
  localPart(localPart: string, list: string): boolean;
};
