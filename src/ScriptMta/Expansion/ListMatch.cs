using ScriptMta.Common;

namespace ScriptMta.Expansion;

/// <summary>Whether something is in a list, and the clean value of the item that matched ($domain_data and its family).</summary>
readonly record struct ListMatch(Match Match, Value? Data = null);
