// forged-sender.js: refuses mail of strangers whose From: names one of our domains, and takes spam headers off that strangers have put in.
//
// In the configuration:
//
//   js_files = forged-sender.js
//   acl_smtp_data = check_data
//
//   begin acl
//   check_data:
//     warn js = forgedSender +local_domains
//     accept
//
// The function ends the ACL itself where it refuses; else the statement's condition does not hold, and the next statement follows. The argument is the list of domains that
// are ours, as any list of the configuration.
//
// Who has authenticated, or sends from this machine, may write what they like. Other hosts that send for our domains (a web shop, say) go before it:
//
//   accept hosts = +our_senders

/** ACL function, for acl_smtp_data. */
function forgedSender(mta, ours) {
  if (mta.connection.authenticatedId !== "" || mta.connection.hostAddress === "") return false;

  var forged = domainsIn(mta.message.headers.all("From")).filter(function (domain) { return match.domain(domain, ours); });
  if (forged.length > 0) {
    return {
      verdict: "deny",
      text: "550 5.7.1 From: names " + forged[0] + ", and you are not one of its users",
      log: "forged From: with " + forged[0] + (mta.connection.tls ? " over " + mta.connection.tls.version : "")
    };
  }
  return { result: false, set: { acl_m_stranger: "yes" }, removeHeaders: ["X-Spam-*"] };
}

/** Every domain after an "@", wherever it stands: a name that only looks like an address is there to deceive, too. */
function domainsIn(fields) {
  var domains = [];
  fields.forEach(function (field) {
    (field.match(/@[A-Za-z0-9.\-]+/g) || []).forEach(function (found) { domains.push(found.substr(1).toLowerCase()); });
  });
  return domains;
}
