using ScriptMta.Common;

namespace ScriptMta.Filtering;

/// <summary>Why a text is no filter, in Exim's words.</summary>
sealed record FilterProblem(SourceLocation At, string Text);
