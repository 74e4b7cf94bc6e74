namespace ScriptMta.Queue;

/// <summary>What a message does whose time has come: it is looked at; it is looked at for its destination's sake, which waits for it; it rests on; it has been parked.</summary>
enum DueKind { Look, Called, Rest, Parked }

readonly record struct DueAnswer(DueKind Kind, DateTimeOffset Until = default);
