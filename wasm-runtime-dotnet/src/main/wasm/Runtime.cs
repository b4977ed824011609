// The half of the runtime that is managed code: what becomes of the input, which method is the handler, what becomes of
// its result, and what is said of an exception. The other half, reactor.c, reads and writes JSON and calls this.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Tasks;

namespace Scripts {

// What the other half does.
static unsafe class Native {
	[MethodImpl(MethodImplOptions.InternalCall)] internal static extern void Log(string text);
	// The token's text, without quotes and escapes.
	[MethodImpl(MethodImplOptions.InternalCall)] internal static extern string Text(int* token);
	[MethodImpl(MethodImplOptions.InternalCall)] internal static extern void Number(int* token, void* result);
	[MethodImpl(MethodImplOptions.InternalCall)] internal static extern void Put(string json);
	[MethodImpl(MethodImplOptions.InternalCall)] internal static extern void PutChar(int c);
	[MethodImpl(MethodImplOptions.InternalCall)] internal static extern void PutString(string text);
	[MethodImpl(MethodImplOptions.InternalCall)] internal static extern void PutLong(void* value);
	[MethodImpl(MethodImplOptions.InternalCall)] internal static extern int PutDouble(void* value);
	// The result, as text or bytes.
	[MethodImpl(MethodImplOptions.InternalCall)] internal static extern void GiveText(string text);
	[MethodImpl(MethodImplOptions.InternalCall)] internal static extern void GiveBytes(byte[] bytes, int from, int count);
	[MethodImpl(MethodImplOptions.InternalCall)] internal static extern void Warm();
	[MethodImpl(MethodImplOptions.InternalCall)] internal static extern void Seed(object random);
	[MethodImpl(MethodImplOptions.InternalCall)] internal static extern void SetField(object target, IntPtr field, object value);
	[MethodImpl(MethodImplOptions.InternalCall)] internal static extern object GetField(object target, IntPtr field);
}

// The input is not what the handler takes.
sealed class InputException : Exception {
	internal InputException(string message) : base(message) { }
}

// The log of the function, for the console.
sealed class LogWriter : TextWriter {
	internal LogWriter() : base(CultureInfo.InvariantCulture) { CoreNewLine = new[] { '\n' }; }
	public override Encoding Encoding { get { return Encoding.UTF8; } }
	public override void Write(char c) { Native.Log(c.ToString()); }
	public override void Write(string text) { if (text != null) Native.Log(text); }
	public override void Write(char[] buffer, int index, int count) { Native.Log(new string(buffer, index, count)); }
	public override void WriteLine(string text) { Native.Log(text + "\n"); }
}

// One property or field of a type, as JSON has it.
sealed class Member {
	internal string Name;
	internal Type Type;
	internal IntPtr Field;
	internal PropertyInfo Property;
	internal Shape Shape;

	internal object Get(object target) { return Field != IntPtr.Zero ? Native.GetField(target, Field) : Property.GetValue(target, null); }

	internal void Set(object target, object value) {
		if (Field != IntPtr.Zero) Native.SetField(target, Field, value);
		else Property.SetValue(target, value, null);
	}
}

enum Form { Any, String, Bytes, Boolean, Int32, Int64, OtherNumber, Double, Decimal, Char, Enumeration, Date, DateOffset, Span, Identity, Big, Array, List, Set, Dictionary, Object, Link, Unknown }

// What is known of a type; made once for each, and before the first call for those of the handler.
sealed class Shape {
	static readonly Dictionary<Type, Shape> all = new Dictionary<Type, Shape>();

	internal readonly Type Type;
	internal readonly Form Form;
	internal readonly bool Nullable;
	internal readonly Type Made;
	internal readonly Shape Element;
	internal readonly MethodInfo Add;
	internal readonly ConstructorInfo Constructor;
	internal readonly Member[] Readable = new Member[0];
	internal readonly Dictionary<string, Member> Writable;

	internal static Shape Of(Type type) {
		Shape shape;
		return all.TryGetValue(type, out shape) ? shape : new Shape(type);
	}

	Shape(Type declared) {
		all[declared] = this;
		Type type = System.Nullable.GetUnderlyingType(declared) ?? declared;
		Type = Made = type;
		Nullable = !declared.IsValueType || type != declared;
		Form = FormOf(type);
		switch (Form) {
			case Form.Array:
				Element = Of(type.GetElementType());
				break;
			case Form.List:
			case Form.Set:
			case Form.Dictionary:
				Type[] arguments = type.GetGenericArguments();
				Element = Of(arguments[arguments.Length - 1]);
				if (Form == Form.Dictionary) Made = typeof(Dictionary<,>).MakeGenericType(arguments);
				else if (Form == Form.Set) Made = typeof(HashSet<>).MakeGenericType(arguments);
				else Made = typeof(List<>).MakeGenericType(arguments);
				if (Form == Form.Set) Add = Made.GetMethod("Add");
				break;
			case Form.Object:
				var readable = new List<Member>();
				Writable = new Dictionary<string, Member>(StringComparer.Ordinal);
				for (Type each = type; each != null && each != typeof(object) && each != typeof(ValueType); each = each.BaseType)
					readable.InsertRange(0, MembersOf(each, readable));
				Readable = readable.ToArray();
				Constructor = type.GetConstructor(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, null, Type.EmptyTypes, null);
				break;
		}
	}

	static Form FormOf(Type type) {
		if (type == typeof(object)) return Form.Any;
		if (type == typeof(string)) return Form.String;
		if (type == typeof(byte[])) return Form.Bytes;
		if (type.IsEnum) return Form.Enumeration;
		switch (Type.GetTypeCode(type)) {
			case TypeCode.Boolean: return Form.Boolean;
			case TypeCode.Int32: return Form.Int32;
			case TypeCode.Int64: return Form.Int64;
			case TypeCode.Double: return Form.Double;
			case TypeCode.Decimal: return Form.Decimal;
			case TypeCode.Char: return Form.Char;
			case TypeCode.DateTime: return Form.Date;
			case TypeCode.Single: case TypeCode.Byte: case TypeCode.SByte: case TypeCode.Int16: case TypeCode.UInt16: case TypeCode.UInt32: case TypeCode.UInt64:
				return Form.OtherNumber;
		}
		if (type == typeof(DateTimeOffset)) return Form.DateOffset;
		if (type == typeof(TimeSpan)) return Form.Span;
		if (type == typeof(Guid)) return Form.Identity;
		if (type == typeof(BigInteger)) return Form.Big;
		if (type == typeof(Uri)) return Form.Link;
		if (type.IsArray) return type.GetArrayRank() == 1 ? Form.Array : Form.Unknown;
		if (type.IsGenericType) {
			Type general = type.GetGenericTypeDefinition();
			if (general == typeof(Dictionary<,>) || general == typeof(IDictionary<,>) || general == typeof(IReadOnlyDictionary<,>))
				return type.GetGenericArguments()[0] == typeof(string) ? Form.Dictionary : Form.Unknown;
			if (general == typeof(List<>) || general == typeof(IList<>) || general == typeof(ICollection<>) || general == typeof(IEnumerable<>)
					|| general == typeof(IReadOnlyList<>) || general == typeof(IReadOnlyCollection<>)) return Form.List;
			if (general == typeof(HashSet<>) || general == typeof(ISet<>)) return Form.Set;
		}
		if (typeof(Delegate).IsAssignableFrom(type) || typeof(MemberInfo).IsAssignableFrom(type) || type.IsPointer) return Form.Unknown;
		return Form.Object;
	}

	List<Member> MembersOf(Type type, List<Member> derived) {
		const BindingFlags own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly;
		var members = new List<Member>();
		foreach (PropertyInfo property in type.GetProperties(own)) {
			if (property.GetIndexParameters().Length > 0 || derived.Any(m => m.Name == property.Name)) continue;
			var member = new Member { Name = property.Name, Type = property.PropertyType, Property = property };
			FieldInfo backing = type.GetField("<" + property.Name + ">k__BackingField", BindingFlags.Instance | BindingFlags.NonPublic)
				?? type.GetField("<" + property.Name + ">", BindingFlags.Instance | BindingFlags.NonPublic);
			MethodInfo getter = property.GetGetMethod(), setter = property.GetSetMethod(true);
			if (backing != null && !(getter != null && getter.IsVirtual)) member.Field = backing.FieldHandle.Value;
			if (getter != null) members.Add(member);
			if (setter != null) Writable[member.Name] = member;
		}
		foreach (FieldInfo field in type.GetFields(own)) {
			if (derived.Any(m => m.Name == field.Name)) continue;
			var member = new Member { Name = field.Name, Type = field.FieldType, Field = field.FieldHandle.Value };
			members.Add(member);
			if (!field.IsInitOnly) Writable[member.Name] = member;
		}
		return members;
	}

	// A member by its name in JSON: as it is written, or else whatever the case.
	internal Member Named(string name) {
		Member member;
		if (Writable.TryGetValue(name, out member)) return member;
		foreach (KeyValuePair<string, Member> each in Writable)
			if (string.Equals(each.Key, name, StringComparison.OrdinalIgnoreCase)) { member = each.Value; break; }
		Writable[name] = member;
		return member;
	}

	// Looks at the types of all members as well, so that no call has to.
	internal void Prepare(int depth) {
		if (depth == 0) return;
		if (Element != null) Element.Prepare(depth - 1);
		foreach (Member member in Readable) (member.Shape ?? (member.Shape = Of(member.Type))).Prepare(depth - 1);
		if (Writable != null) foreach (Member member in Writable.Values)
			if (member != null) (member.Shape ?? (member.Shape = Of(member.Type))).Prepare(depth - 1);
	}
}

// From tokens of JSON to values. A token is three numbers: what it is, and two that depend on it.
static unsafe class Reader {
	internal const int Null = 0, True = 1, False = 2, Integer = 3, Fraction = 4, String = 5, Escaped = 6, Object = 7, Array = 8;

	internal static object Any(ref int* t) {
		int* token = t;
		t += 3;
		switch (token[0]) {
			case Null: return null;
			case True: return true;
			case False: return false;
			case Integer:
				long n = (uint) token[1] | (long) token[2] << 32;
				return n == (int) n ? (object) (int) n : n;
			case Fraction:
				double d;
				Native.Number(token, &d);
				return d;
			case String: case Escaped: return Native.Text(token);
			case Array:
				var array = new object[token[1]];
				for (int i = 0; i < array.Length; i++) array[i] = Any(ref t);
				return array;
			default:
				int count = token[1];
				var members = new Dictionary<string, object>(count);
				for (int i = 0; i < count; i++) {
					string name = Native.Text(t);
					t += 3;
					members[name] = Any(ref t);
				}
				return members;
		}
	}

	static InputException Mismatch(int* token, Shape shape, string path) {
		string found = token[0] == Null ? "null" : token[0] == True ? "true" : token[0] == False ? "false" : token[0] == Object ? "an object" : token[0] == Array ? "an array"
			: token[0] == String ? "\"" + Shorten(Native.Text(token)) + "\"" : "a number";
		return new InputException(found + " is no " + Runtime.NameOf(shape.Type) + (path.Length == 0 ? "" : ", at " + path.Substring(path[0] == '.' ? 1 : 0)));
	}

	static string Shorten(string text) { return text.Length > 60 ? text.Substring(0, 60) + "..." : text; }

	static void Skip(ref int* t, int* start) { t += (t[0] == Object || t[0] == Array) ? t[2] * 3 : 3; }

	internal static object Value(ref int* t, Shape shape, string path) {
		int* token = t;
		int kind = token[0];
		if (shape.Form == Form.Any) return Any(ref t);
		if (kind == Null) {
			if (!shape.Nullable) throw Mismatch(token, shape, path);
			t += 3;
			return null;
		}
		switch (shape.Form) {
			case Form.Array:
				if (kind != Array) throw Mismatch(token, shape, path);
				t += 3;
				var array = System.Array.CreateInstance(shape.Element.Type.IsValueType && shape.Element.Nullable ? shape.Type.GetElementType() : shape.Element.Type, token[1]);
				for (int i = 0; i < array.Length; i++) array.SetValue(Value(ref t, shape.Element, path + "[" + i + "]"), i);
				return array;
			case Form.List:
				if (kind != Array) throw Mismatch(token, shape, path);
				t += 3;
				var list = (IList) Activator.CreateInstance(shape.Made);
				for (int i = 0; i < token[1]; i++) list.Add(Value(ref t, shape.Element, path + "[" + i + "]"));
				return list;
			case Form.Set:
				if (kind != Array) throw Mismatch(token, shape, path);
				t += 3;
				object set = Activator.CreateInstance(shape.Made);
				for (int i = 0; i < token[1]; i++) shape.Add.Invoke(set, new[] { Value(ref t, shape.Element, path + "[" + i + "]") });
				return set;
			case Form.Dictionary:
				if (kind != Object) throw Mismatch(token, shape, path);
				t += 3;
				var members = (IDictionary) Activator.CreateInstance(shape.Made);
				for (int i = 0; i < token[1]; i++) {
					string name = Native.Text(t);
					t += 3;
					members[name] = Value(ref t, shape.Element, path + "." + name);
				}
				return members;
			case Form.Object:
				if (kind != Object || shape.Type.IsInterface || shape.Type.IsAbstract || (shape.Constructor == null && !shape.Type.IsValueType)) throw Mismatch(token, shape, path);
				t += 3;
				object made = shape.Constructor != null ? shape.Constructor.Invoke(null) : Activator.CreateInstance(shape.Type);
				for (int i = 0; i < token[1]; i++) {
					Member member = shape.Named(Native.Text(t));
					t += 3;
					if (member == null) Skip(ref t, null);
					else member.Set(made, Value(ref t, member.Shape ?? (member.Shape = Shape.Of(member.Type)), path + "." + member.Name));
				}
				return made;
		}
		t += 3;
		object value = Simple(token, shape);
		if (value == null) throw Mismatch(token, shape, path);
		return value;
	}

	// Numbers, texts and what is written as one; null if it does not fit.
	static object Simple(int* token, Shape shape) {
		int kind = token[0] == Escaped ? String : token[0];
		bool number = kind == Integer || kind == Fraction;
		try {
			switch (shape.Form) {
				case Form.String: return kind == String ? Native.Text(token) : null;
				case Form.Bytes: return kind == String ? Convert.FromBase64String(Native.Text(token)) : null;
				case Form.Boolean: return kind == True ? true : kind == False ? (object) false : null;
				case Form.Int32:
				case Form.Int64:
					if (kind == Fraction) {
						decimal whole = decimal.Parse(Native.Text(token), NumberStyles.Float, CultureInfo.InvariantCulture);
						if (whole != decimal.Truncate(whole)) return null;
						return shape.Form == Form.Int32 ? (object) (int) whole : (long) whole;
					}
					if (kind != Integer) return null;
					long n = (uint) token[1] | (long) token[2] << 32;
					return shape.Form == Form.Int64 ? n : n == (int) n ? (object) (int) n : null;
				case Form.Double:
					if (!number) return null;
					double d;
					Native.Number(token, &d);
					return d;
				case Form.Decimal:
					if (kind == Integer) return (decimal) ((uint) token[1] | (long) token[2] << 32);
					return kind == Fraction ? (object) decimal.Parse(Native.Text(token), NumberStyles.Float, CultureInfo.InvariantCulture) : null;
				case Form.OtherNumber:
					if (!number) return null;
					return Convert.ChangeType(decimal.Parse(Native.Text(token), NumberStyles.Float, CultureInfo.InvariantCulture), shape.Type, CultureInfo.InvariantCulture);
				case Form.Big:
					return kind == String || kind == Integer || kind == Fraction ? (object) BigInteger.Parse(Native.Text(token), CultureInfo.InvariantCulture) : null;
				case Form.Enumeration:
					object constant = kind == String ? Enum.Parse(shape.Type, Native.Text(token), true)
						: kind == Integer ? Enum.ToObject(shape.Type, (uint) token[1] | (long) token[2] << 32) : null;
					return constant;
			}
			if (kind != String) return null;
			string text = Native.Text(token);
			switch (shape.Form) {
				case Form.Char: return text.Length == 1 ? (object) text[0] : null;
				case Form.Date: return DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
				case Form.DateOffset: return DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
				case Form.Span: return TimeSpan.Parse(text, CultureInfo.InvariantCulture);
				case Form.Identity: return Guid.Parse(text);
				case Form.Link: return new Uri(text, UriKind.RelativeOrAbsolute);
			}
		}
		catch (FormatException) { }
		catch (ArgumentException) { }
		catch (OverflowException) { }
		return null;
	}
}

// From values to JSON.
static unsafe class Writer {
	const int Deepest = 512;

	internal static void Value(object value, int depth) {
		if (value == null) { Native.Put("null"); return; }
		string text = value as string;
		if (text != null) { Native.PutString(text); return; }
		if (depth == Deepest) throw new InvalidOperationException("The result is nested too deep, or contains itself");
		Shape shape = Shape.Of(value.GetType());
		switch (shape.Form) {
			case Form.Boolean: Native.Put((bool) value ? "true" : "false"); return;
			case Form.Int32: Whole((int) value); return;
			case Form.Int64: Whole((long) value); return;
			case Form.Double: Real((double) value); return;
			case Form.OtherNumber:
				if (value is float) {
					float f = (float) value;
					if (float.IsNaN(f) || float.IsInfinity(f)) Real(f);
					Native.Put(f.ToString("R", CultureInfo.InvariantCulture));
				}
				else Native.Put(((IFormattable) value).ToString(null, CultureInfo.InvariantCulture));
				return;
			case Form.Decimal: Native.Put(((decimal) value).ToString(CultureInfo.InvariantCulture)); return;
			case Form.Big: Native.Put(((BigInteger) value).ToString(CultureInfo.InvariantCulture)); return;
			case Form.Bytes: Native.PutString(Convert.ToBase64String((byte[]) value)); return;
			case Form.Date: Native.PutString(((DateTime) value).ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture)); return;
			case Form.DateOffset: Native.PutString(((DateTimeOffset) value).ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture)); return;
			case Form.Span: Native.PutString(((TimeSpan) value).ToString("c", CultureInfo.InvariantCulture)); return;
			case Form.Char: case Form.Enumeration: case Form.Identity: case Form.Link: Native.PutString(value.ToString()); return;
			case Form.Unknown: 
				if (!(value is IEnumerable)) throw new InvalidOperationException("There is no JSON for " + Runtime.NameOf(shape.Type));
				break;
		}
		var plain = value as Dictionary<string, object>;
		if (plain != null) {
			bool more = false;
			Native.PutChar('{');
			foreach (KeyValuePair<string, object> each in plain) {
				if (more) Native.PutChar(',');
				more = true;
				Native.PutString(each.Key);
				Native.PutChar(':');
				Value(each.Value, depth + 1);
			}
			Native.PutChar('}');
			return;
		}
		var dictionary = value as IDictionary;
		if (dictionary != null) {
			bool more = false;
			Native.PutChar('{');
			foreach (DictionaryEntry each in dictionary) {
				if (more) Native.PutChar(',');
				more = true;
				Native.PutString(each.Key as string ?? Convert.ToString(each.Key, CultureInfo.InvariantCulture));
				Native.PutChar(':');
				Value(each.Value, depth + 1);
			}
			Native.PutChar('}');
			return;
		}
		var list = value as IEnumerable;
		if (list != null) {
			bool more = false;
			Native.PutChar('[');
			foreach (object each in list) {
				if (more) Native.PutChar(',');
				more = true;
				Value(each, depth + 1);
			}
			Native.PutChar(']');
			return;
		}
		Native.PutChar('{');
		Member[] members = shape.Readable;
		for (int i = 0; i < members.Length; i++) {
			if (i > 0) Native.PutChar(',');
			Native.PutString(members[i].Name);
			Native.PutChar(':');
			Value(members[i].Get(value), depth + 1);
		}
		Native.PutChar('}');
	}

	static void Whole(long n) { Native.PutLong(&n); }

	static void Real(double d) {
		if (Native.PutDouble(&d) == 0) throw new InvalidOperationException(d.ToString(CultureInfo.InvariantCulture) + " has no form in JSON");
	}
}

static unsafe class Runtime {
	static readonly MethodInfo dispatch = typeof(object).Assembly.GetType("System.Threading.ThreadPoolWorkQueue").GetMethod("Dispatch", BindingFlags.Static | BindingFlags.NonPublic);

	static MethodInfo handler;
	static Shape input, metadata;

	static void WarmUp() { Warm.All(); }

	static void WarmRead(int* tokens) { Warm.Read(tokens); }

	internal static void Said(Exception thrown) { Describe(thrown); }

	// In place of the constructor of System.Random without a seed.
	static void NewRandom(object random) { Native.Seed(random); }

	static void Start() {
		var log = new LogWriter();
		Console.SetOut(log);
		Console.SetError(log);
		Console.SetIn(TextReader.Null);
	}

	internal static string NameOf(Type type) {
		if (type.IsArray) return NameOf(type.GetElementType()) + "[]";
		string name = type.FullName ?? type.Name;
		if (type.IsGenericType) {
			int tick = name.IndexOf('`');
			string rest = string.Join(", ", type.GetGenericArguments().Select(t => NameOf(t)).ToArray());
			return (tick < 0 ? name : name.Substring(0, tick)) + "<" + rest + ">";
		}
		return name.Replace('+', '.');
	}

	// The handler of an assembly, or what is wrong with it.
	static object Find(Assembly assembly, string name) {
		var found = new List<MethodInfo>();
		foreach (Type type in assembly.GetExportedTypes()) {
			if (type.ContainsGenericParameters) continue;
			foreach (MethodInfo method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly))
				if (method.Name == "Handle" || method.Name == "handle") found.Add(method);
		}
		if (found.Count > 1) {
			List<MethodInfo> named = found.Where(m => string.Equals(m.DeclaringType.Name, name, StringComparison.OrdinalIgnoreCase)).ToList();
			if (named.Count == 1) found = named;
		}
		if (found.Count == 0) return "The assembly has no method 'Handle': write public static object Handle(object input) in a public class";
		if (found.Count > 1)
			return "The assembly has " + found.Count + " methods 'Handle' (" + string.Join(", ", found.Select(m => NameOf(m.DeclaringType)).Distinct().ToArray())
				+ "): keep one, or one in a class that is called '" + name + "'";
		MethodInfo only = found[0];
		string where = NameOf(only.DeclaringType) + "." + only.Name;
		ParameterInfo[] parameters = only.GetParameters();
		if (only.IsGenericMethodDefinition) return where + " has type parameters: give it types";
		if (parameters.Length > 2) return where + " has " + parameters.Length + " parameters: a handler has the input and, if it wants them, the headers";
		if (parameters.Any(p => p.ParameterType.IsByRef || p.ParameterType.IsPointer)) return where + " has a parameter that is handed over by reference";
		if (parameters.Length > 0) {
			input = Shape.Of(parameters[0].ParameterType);
			input.Prepare(8);
			if (input.Form == Form.Unknown || (input.Form == Form.Object && (input.Type.IsInterface || input.Type.IsAbstract)))
				return where + " takes a " + NameOf(parameters[0].ParameterType) + ", of which JSON makes none";
		}
		metadata = null;
		if (parameters.Length > 1) {
			metadata = Shape.Of(parameters[1].ParameterType);
			if (metadata.Form != Form.Any && metadata.Form != Form.Dictionary && metadata.Form != Form.Object)
				return where + " takes the headers as a " + NameOf(parameters[1].ParameterType) + ": they are an IDictionary<string, object>";
			metadata.Prepare(4);
		}
		Type result = only.ReturnType;
		if (result.IsGenericType && result.GetGenericTypeDefinition() == typeof(Task<>)) result = result.GetGenericArguments()[0];
		if (result != typeof(void)) Shape.Of(result).Prepare(8);
		handler = only;
		return only;
	}

	static IntPtr Handle(MethodBase method) { return method.MethodHandle.Value; }

	static int Parameters() { return handler.GetParameters().Length; }

	// What the handler is called with.
	static object[] Arguments(int kind, int* content, string text, byte[] bytes, int* headers) {
		if (input == null) return new object[0];
		object value;
		if (kind == 0) {
			if (!input.Nullable) throw new InputException("Nothing came, and the handler takes a " + NameOf(input.Type));
			value = null;
		}
		else if (bytes != null) {
			if (input.Form != Form.Any && input.Form != Form.Bytes) throw new InputException("Bytes came, and the handler takes a " + NameOf(input.Type));
			value = bytes;
		}
		else if (kind == 2) {
			if (input.Form != Form.Any && input.Form != Form.String) throw new InputException("A text came, and the handler takes a " + NameOf(input.Type));
			value = text;
		}
		else value = Reader.Value(ref content, input, "");
		if (metadata == null) return new[] { value };
		object second = headers != null ? Reader.Value(ref headers, metadata, "") : metadata.Form == Form.Any ? new Dictionary<string, object>() : Activator.CreateInstance(metadata.Made);
		return new[] { value, second };
	}

	// Whether the handler takes the content as bytes, whatever it is.
	static bool TakesBytes() { return input != null && input.Form == Form.Bytes; }

	// Hands over what the handler returned: 0 nothing, 1 JSON, 2 text, 3 bytes.
	static int Give(object value) {
		var task = value as Task;
		if (task != null) {
			// What was queued for the threads of a pool is done here
			for (int i = 0; i < 1000 && !task.IsCompleted && dispatch != null; i++) dispatch.Invoke(null, null);
			if (!task.IsCompleted) throw new InvalidOperationException("The handler's task waits for what never happens: a call has one thread");
			if (task.Exception != null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(task.Exception.InnerException).Throw();
			PropertyInfo result = handler.ReturnType.GetProperty("Result");
			value = result != null ? result.GetValue(task, null) : null;
			if (task.IsCanceled) throw new OperationCanceledException("The handler's task was cancelled");
		}
		if (value == null) return 0;
		string text = value as string;
		if (text != null) { Native.GiveText(text); return 2; }
		byte[] bytes = value as byte[];
		if (bytes != null) { Native.GiveBytes(bytes, 0, bytes.Length); return 3; }
		var stream = value as MemoryStream;
		if (stream != null) { bytes = stream.ToArray(); Native.GiveBytes(bytes, 0, bytes.Length); return 3; }
		if (value is ArraySegment<byte>) {
			var segment = (ArraySegment<byte>) value;
			Native.GiveBytes(segment.Array, segment.Offset, segment.Count);
			return 3;
		}
		Writer.Value(value, 0);
		return 1;
	}

	// Of an exception its type, its message, and for each frame: the function, the file, the line.
	static object[] Describe(Exception thrown) {
		while ((thrown is TargetInvocationException || thrown is TypeInitializationException || (thrown is AggregateException && ((AggregateException) thrown).InnerExceptions.Count == 1))
				&& thrown.InnerException != null) thrown = thrown.InnerException;
		var said = new List<object>();
		said.Add(NameOf(thrown.GetType()));
		string message;
		try { message = thrown.Message; } catch (Exception) { message = ""; }
		said.Add(message ?? "");
		var trace = new System.Diagnostics.StackTrace(thrown, true);
		for (int i = 0; i < trace.FrameCount && said.Count < 62; i++) {
			System.Diagnostics.StackFrame frame = trace.GetFrame(i);
			MethodBase method = frame.GetMethod();
			if (method == null || method.DeclaringType == null) continue;
			Assembly assembly = method.DeclaringType.Assembly;
			if (assembly == typeof(Runtime).Assembly || assembly == typeof(object).Assembly || assembly == typeof(Uri).Assembly || assembly == typeof(Enumerable).Assembly
					|| assembly == typeof(BigInteger).Assembly) continue;
			string type = method.DeclaringType.Name, name = method.Name, file = frame.GetFileName();
			// What the compiler made of a lambda, an iterator or an async method
			for (Type outer = method.DeclaringType; outer.Name.StartsWith("<") && outer.DeclaringType != null; outer = outer.DeclaringType) {
				if (name == "MoveNext" && outer.Name.IndexOf('>') > 1) name = outer.Name.Substring(1, outer.Name.IndexOf('>') - 1);
				type = outer.DeclaringType.Name;
			}
			if (name.StartsWith("<") && name.IndexOf('>') > 1) name = name.Substring(1, name.IndexOf('>') - 1);
			said.Add(type + "." + name);
			said.Add(file == null ? assembly.GetName().Name + ".dll" : file.Substring(file.LastIndexOfAny(new[] { '/', '\\' }) + 1));
			said.Add(file == null ? 0 : frame.GetFileLineNumber());
		}
		return said.ToArray();
	}
}

}
