using System.Collections.Immutable;
using ScriptMta.Common;

namespace ScriptMta.Acl;

enum AclVerb { Accept, Deny, Require, Warn, Drop, Defer, Discard }

/// <summary>One named, inline or file ACL as parsed (Exim 44.17). Immutable; shared by all sessions of a configuration.</summary>
sealed record AclList(string Name, SourceLocation At, ImmutableArray<AclStatement> Statements);

/// <summary>A verb with its conditions and modifiers in order. Endpass is one of the parts.</summary>
sealed record AclStatement(AclVerb Verb, SourceLocation At, ImmutableArray<AclPart> Parts);

/// <summary>A condition or modifier bound to what it does. Source is the line as written, for traces and messages.</summary>
sealed record AclPart(AclPartRow Row, SourceLocation At, string Source, bool Negated, AclStep Step);

/// <summary>Evaluates one part. Modifiers give Ok unless their argument is wrong.</summary>
delegate ValueTask<AclResult> AclStep(AclRun run, CancellationToken cancel);
