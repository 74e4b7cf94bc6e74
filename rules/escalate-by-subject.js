// escalate-by-subject.js: sends messages whose subject holds a phrase to the people on call, marked urgent.
//
// In the configuration:
//
//   js_files = escalate-by-subject.js
//
//   begin routers
//   escalation:
//     driver = js
//     function = escalateBySubject
//     domains = +local_domains
//   ...the routers for all other mail follow...
//
// The router declines a message whose subject does not hold the phrase, so the next router takes it.
//
// Who is on call stands in the file "on-call" beside the configuration. It is read anew as soon as it changes. A line holds an address, as it was
// before redirection, and whom its urgent mail goes to; "*" is for all others:
//
//   support@example.com: alice@example.com, bob@example.com
//   *: duty@example.com
//
// Another phrase, file or priority: put a second script with the line below before this one in js_files.
//
//   var escalation = { phrase: "Disk full", file: "/etc/scriptmta/duty", priority: "2" };
//
// Escalated messages get "X-Priority: 1". A missing file or a file without a fitting line defers the message: it waits, with the reason in the log, until that
// is mended.

var escalationDefaults = { phrase: "Production Problem", file: "on-call", priority: "1" };

var escalationSettings = Object.assign({}, escalationDefaults, typeof escalation === "object" ? escalation : {});

/** Router function. Case does not count; the subject is compared with its encoded words decoded. */
function escalateBySubject(mta) {
  if (!subjectHolds(mta.message.subject, escalationSettings.phrase)) return "decline";

  var people = peopleOnCall(mta.recipient.address);
  if (people.length === 0) {
    return { defer: "nobody is on call for " + mta.recipient.address + ": add a line to " + escalationSettings.file };
  }
  // The people on call are recipients of this rule themselves; without this a message to one of them would be sent round for ever.
  if (people.indexOf(mta.recipient.address.toLowerCase()) >= 0) return "decline";

  log("escalated <" + mta.recipient.address + "> to " + people.join(", "));
  return { redirect: people, headers: { "X-Priority": escalationSettings.priority } };
}

function subjectHolds(subject, phrase) {
  return subject.toLowerCase().includes(phrase.toLowerCase());
}

function peopleOnCall(address) {
  var line = lookup("lsearch*@", address, escalationSettings.file);
  if (line === null) return [];
  return line.split(",").map(function (one) { return one.trim().toLowerCase(); }).filter(function (one) { return one !== ""; });
}
