using ScriptMta.Expansion;
using ScriptMta.Scripting;

namespace ScriptMta.Tests.Scripting;

public sealed class ScriptEnginePoolTests
{
    [Fact]
    public void A_function_gets_its_arguments_as_strings_and_gives_a_string()
    {
        using var world = new ScriptWorld("function join(a, b) { return a + '-' + b; } function length(a) { return a.length; }");
        Assert.Equal("x-y", world.Call("join", Value.Clean("x"), Value.Clean("y")));
        Assert.Equal("1", world.Call("length", Value.Clean("\u00c3\u00a9")));
        Assert.Equal("\u00c3\u00a9-", world.Call("join", Value.Clean("\u00c3\u00a9"), Value.Clean("")));
        Assert.True(world.Pool.Has("join"));
        Assert.Equal(["join", "length"], world.Pool.Functions);
    }

    [Fact]
    public void Null_and_nothing_are_a_forced_failure()
    {
        using var world = new ScriptWorld("function nothing() {} function nil() { return null; }");
        Assert.StartsWith("ForcedFail", world.Call("nothing"));
        Assert.StartsWith("ForcedFail", world.Call("nil"));
    }

    [Fact]
    public void A_missing_function_is_named_with_those_that_exist()
    {
        using var world = new ScriptWorld("function a() {}");
        Assert.False(world.Pool.Has("b"));
        Assert.Equal("no script defines the function \"b\" (js_files define a)", world.Pool.Missing("b"));
        Assert.Contains("Deferred", world.Call("b"));
    }

    [Theory]
    [InlineData("\n\nvar x = ;", 3, "syntax error: Unexpected token ; (scripts are ECMAScript 5.1; compile newer ones with rules/tsconfig.json)")]
    [InlineData("var a = 1;\nboom();", 2, "ReferenceError: boom is not defined")]
    [InlineData("while (true) {}", 1, "ran more than 100000 statements (js_statement_limit)")]
    public void A_script_that_cannot_be_loaded_is_reported_with_file_and_line(string script, int line, string message)
    {
        using var world = new ScriptWorld(script);
        Assert.Null(world.Pool);
        var problem = Assert.Single(world.Problems.All);
        Assert.Equal(("test.js", line, message), (problem.At.File, problem.At.Line, problem.Message));
    }

    [Fact]
    public void An_error_is_a_deferral_and_is_logged_with_script_line_and_message()
    {
        using var world = new ScriptWorld("function f(a) {\n  return a.nothing.there;\n}");
        Assert.Matches("^Deferred: script function \"f\": test.js:2:\\d+: TypeError", world.Call("f", Value.Clean("x")));
        Assert.Matches("script function \"f\": test.js:2:\\d+: TypeError", world.Log);
    }

    [Theory]
    [InlineData("function f() { while (true) {} }", "ran more than 100000 statements (js_statement_limit)")]
    [InlineData("function f() { return f(); }", "more than 100 calls within calls")]
    [InlineData("function f() { throw 'bad'; }", "threw bad")]
    public void Budgets_end_a_call_and_the_next_one_works(string script, string reason)
    {
        using var world = new ScriptWorld(script + " function g() { return 'well'; }");
        Assert.Contains(reason, world.Call("f"));
        Assert.Equal("well", world.Call("g"));
        Assert.Contains(reason, world.Call("f"));
    }

    /// <summary>The runner of this test has made expressions before our module was loaded, so only the setting itself can be seen here.</summary>
    [Fact]
    public void Regular_expressions_of_scripts_have_a_time_limit() =>
        Assert.Equal(RegexBudget.MatchTime, AppDomain.CurrentDomain.GetData("REGEX_DEFAULT_MATCH_TIMEOUT"));

    [Fact]
    public void The_time_limit_ends_what_counts_few_statements()
    {
        using var world = new ScriptWorld("function f() { for (var i = 0; i < 1e9; i++) { new Array(20000).join('x'); } }", TimeSpan.FromMilliseconds(200), int.MaxValue);
        Assert.Contains("ran longer than 200 ms (js_time_limit)", world.Call("f"));
    }

    [Theory]
    [InlineData("function f() { leaked = (typeof leaked === 'undefined') ? 'first' : 'second'; return leaked; }")]
    [InlineData("var state = { n: 'first' }; function f() { var was = state.n; state.n = 'second'; return was; }")]
    [InlineData("var state = ['first']; function f() { var was = state[0]; state[0] = 'second'; return was; }")]
    [InlineData("function f() { var was = Array.prototype.x || 'first'; Array.prototype.x = 'second'; return was; }")]
    [InlineData("function f() { var was = f.x || 'first'; f.x = 'second'; return was; }")]
    [InlineData("function g() { return 'first'; } function f() { var was = g(); g = function () { return 'second'; }; return was; }")]
    [InlineData("function f() { var was = match.x || 'first'; match.x = 'second'; log.x = 1; return was; }")]
    public void One_call_leaves_nothing_for_the_next(string script)
    {
        using var world = new ScriptWorld(script);
        Assert.Equal(world.Call("f"), world.Call("f"));
    }

    [Theory]
    [InlineData("typeof System + typeof importNamespace + typeof require + typeof process", "undefinedundefinedundefinedundefined")]
    [InlineData("Object.keys({}.constructor.constructor('return this')()).indexOf('System')", "-1")]
    [InlineData("typeof this.constructor.GetType", "undefined")]
    [InlineData("typeof log.GetType + typeof log.Method", "undefinedundefined")]
    public void Nothing_of_the_platform_can_be_reached(string expression, string expected)
    {
        using var world = new ScriptWorld($"function f() {{ return String({expression}); }}");
        Assert.Equal(expected, world.Call("f"));
    }

    [Theory]
    [InlineData("'abc'.startsWith('ab') && 'abc'.endsWith('bc') && 'abc'.includes('b') && !'abc'.endsWith('abcd')", "true")]
    [InlineData("'5'.padStart(3, '0') + 'x'.padEnd(3, '-') + 'ab'.repeat(2)", "005x--abab")]
    [InlineData("[1, 2, 3].find(function (n) { return n > 1; }) + [1, 2].findIndex(function (n) { return n == 2; })", "3")]
    [InlineData("[1, NaN].includes(NaN)", "true")]
    [InlineData("Array.from('abc', function (c) { return c + c; }).join()", "aa,bb,cc")]
    [InlineData("JSON.stringify(Object.assign({ a: 1 }, { b: 2 }, null))", "{\"a\":1,\"b\":2}")]
    [InlineData("Object.entries({ a: 1 })[0].join() + Object.values({ b: 2 })", "a,12")]
    [InlineData("new Error('kept').message + new TypeError('too').name", "keptTypeError")]
    [InlineData("[3, 1, 2].sort().map(function (n) { return n * 2; }).join()", "2,4,6")]
    public void Common_functions_of_newer_editions_are_there(string expression, string expected)
    {
        using var world = new ScriptWorld($"function f() {{ return String({expression}); }}");
        Assert.Equal(expected, world.Call("f"));
    }

    [Fact]
    public void Many_threads_call_at_once()
    {
        using var world = new ScriptWorld("function f(n) { var s = 0; for (var i = 0; i < 50; i++) s += +n; return s; }");
        var context = world.Context();
        Parallel.For(0, 200, i => Assert.Equal((i * 50).ToString(), world.Pool.Call("f", [Value.Clean(i.ToString())], new ExpansionContext { Environment = context.Environment }).Text));
    }

    [Fact]
    public void Texts_are_tainted_once_a_call_has_seen_what_comes_from_outside()
    {
        using var world = new ScriptWorld("""
            function same(a) { return a; }
            function made(a) { return 'made ' + a; }
            function subject() { return this.message.subject; }
            function literal() { this.message.subject; return 'literal'; }
            function found(a) { return lookup('lsearch', a, 'ls'); }
            """);
        bool Tainted(string function, params Value[] arguments) => world.Pool.Call(function, arguments, world.Context("Subject: x")).Value.IsTainted;
        Assert.False(Tainted("made", Value.Clean("x")));
        Assert.True(Tainted("made", Value.Tainted("x")));
        Assert.False(Tainted("same", Value.Clean("x")));
        Assert.True(Tainted("subject"));
        Assert.False(Tainted("literal"));
        Assert.False(Tainted("found", Value.Tainted("alpha")));
    }
}
