namespace ScriptMta.Scripting;

/// <summary>The ECMAScript 2015 functions that rule authors expect and the engine (ES5.1) lacks. Run before js_files in every engine.</summary>
static class Prelude
{
    public const string Name = "prelude.js";

    public const string Text = """
        (function () {
          function add(owner, name, value) { if (!owner[name]) Object.defineProperty(owner, name, { value: value, writable: true, configurable: true }); }
          add(String.prototype, 'includes', function (text, from) { return String(this).indexOf(text, from || 0) >= 0; });
          add(String.prototype, 'startsWith', function (text, from) { return String(this).substr(from || 0, String(text).length) === String(text); });
          add(String.prototype, 'endsWith', function (text, end) {
            var all = end === undefined ? String(this) : String(this).slice(0, end), tail = String(text);
            return all.length >= tail.length && all.slice(all.length - tail.length) === tail;
          });
          add(String.prototype, 'repeat', function (count) {
            if (count < 0 || count * this.length > 1048576) throw new RangeError('repeat count out of range');
            return new Array((count | 0) + 1).join(this);
          });
          function pad(text, length, fill) {
            fill = fill === undefined ? ' ' : String(fill);
            var missing = length - text.length;
            return missing <= 0 || !fill ? '' : fill.repeat(Math.ceil(missing / fill.length)).slice(0, missing);
          }
          add(String.prototype, 'padStart', function (length, fill) { return pad(this, length, fill) + this; });
          add(String.prototype, 'padEnd', function (length, fill) { return this + pad(this, length, fill); });
          add(String.prototype, 'trimStart', function () { return this.replace(/^\s+/, ''); });
          add(String.prototype, 'trimEnd', function () { return this.replace(/\s+$/, ''); });
          add(Array.prototype, 'find', function (test, self) { for (var i = 0; i < this.length; i++) if (test.call(self, this[i], i, this)) return this[i]; });
          add(Array.prototype, 'findIndex', function (test, self) { for (var i = 0; i < this.length; i++) if (test.call(self, this[i], i, this)) return i; return -1; });
          add(Array.prototype, 'includes', function (item) { return this.some(function (one) { return one === item || (one !== one && item !== item); }); });
          add(Array.prototype, 'flatMap', function (map, self) { return Array.prototype.concat.apply([], this.map(map, self)); });
          add(Array, 'from', function (source, map) {
            var result = [];
            for (var i = 0; i < source.length; i++) result.push(map ? map(source[i], i) : source[i]);
            return result;
          });
          add(Array, 'of', function () { return Array.prototype.slice.call(arguments); });
          add(Object, 'assign', function (target) {
            for (var i = 1; i < arguments.length; i++)
              if (arguments[i] != null) Object.keys(arguments[i]).forEach(function (key) { target[key] = this[key]; }, arguments[i]);
            return target;
          });
          add(Object, 'values', function (object) { return Object.keys(object).map(function (key) { return object[key]; }); });
          add(Object, 'entries', function (object) { return Object.keys(object).map(function (key) { return [key, object[key]]; }); });
          add(Number, 'isInteger', function (value) { return typeof value === 'number' && isFinite(value) && Math.floor(value) === value; });
          add(Number, 'isNaN', function (value) { return value !== value; });
        })();
        """;
}
