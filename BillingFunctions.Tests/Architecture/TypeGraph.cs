using System.Text.RegularExpressions;
using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Assembly = System.Reflection.Assembly;
using Type = System.Type;

namespace BillingFunctions.Tests.Architecture;

/// <summary>What each type of an assembly uses. Nested and generated types count as the type that they stand in.</summary>
internal sealed partial class TypeGraph
{
    private readonly ILookup<string, string> _compiled;
    private readonly ILookup<string, string> _written;

    /// <param name="assembly">Whose types.</param>
    /// <param name="root">The namespace below which types count, which is also the folder of their sources with dots for slashes.</param>
    public TypeGraph(Assembly assembly, string root)
    {
        Root = root;
        Types = [.. assembly.GetTypes().Where(type => !type.IsNested && type.FullName!.StartsWith($"{root}.", StringComparison.Ordinal))];
        _compiled = new ArchLoader().LoadAssembly(assembly).Build().Types
            .SelectMany(type => type.Dependencies)
            .Where(dependency => dependency.Target is not GenericParameter)
            .Select(dependency => (From: Outermost(dependency.Origin), To: Outermost(dependency.Target)))
            .Where(use => use.From != use.To).Distinct().ToLookup(use => use.From, use => use.To);
        var bySimpleName = Types.ToLookup(type => SimpleName(type.FullName!), type => type.FullName!);
        _written = Sources(root).SelectMany(source => Written(source, bySimpleName)).Distinct().ToLookup(use => use.From, use => use.To);
    }

    public string Root { get; }

    public IReadOnlyList<Type> Types { get; }

    /// <summary>What a type uses when it runs.</summary>
    public IEnumerable<string> UsedBy(string type) => _compiled[type];

    /// <summary>What a type uses, and what of this assembly its source names: a constant or a <c>nameof</c> leaves no trace in what is compiled.</summary>
    public IEnumerable<string> UsedOrNamedBy(string type) => _compiled[type].Union(_written[type]);

    /// <summary>The type and everything of this assembly that it reaches when it runs.</summary>
    public IReadOnlySet<string> ReachedFrom(string type)
    {
        var own = Types.Select(one => one.FullName!).ToHashSet();
        var reached = new HashSet<string> { type };
        var left = new Queue<string>([type]);
        while (left.TryDequeue(out var next))
        {
            foreach (var used in UsedBy(next).Where(used => own.Contains(used) && reached.Add(used)))
            {
                left.Enqueue(used);
            }
        }

        return reached;
    }

    public static string SimpleName(string type) => type[(type.LastIndexOf('.') + 1)..].Split('`')[0];

    private static IEnumerable<string> Sources(string root)
    {
        var project = root.Split('.') is ["BillingFunctions", "Tests", ..] ? "BillingFunctions.Tests" : root;
        return Repository.Sources(Path.Combine(project, root[project.Length..].Replace('.', '/').TrimStart('/'))).Values;
    }

    /// <summary>The types that a source declares, each with all types whose names the source has and can see: with two types in one file, both get them all.</summary>
    private static IEnumerable<(string From, string To)> Written(string source, ILookup<string, string> bySimpleName)
    {
        // Comments go; text stays, since an interpolated one may name a constant.
        var code = CommentOrText().Replace(source, match => match.Value[0] == '/' ? "" : match.Value);
        var space = Namespace().Match(code).Groups["name"].Value;
        var visible = Using().Matches(code).Select(one => one.Groups["name"].Value).Append(space).ToList();
        var named = Name().Matches(Using().Replace(code, "")).Select(name => name.Value).Distinct()
            .SelectMany(name => bySimpleName[name]).Where(type => visible.Exists(one => IsIn(type, one))).ToList();
        return named.Where(type => NamespaceOf(type) == space && Regex.IsMatch(code, $@"\b(class|record|struct|interface|enum)\s+{SimpleName(type)}\b", RegexOptions.None, TimeSpan.FromSeconds(1)))
            .SelectMany(from => named.Where(to => to != from).Select(to => (from, to)));

        bool IsIn(string type, string open) => NamespaceOf(type) == open || (open == space && space.StartsWith($"{NamespaceOf(type)}.", StringComparison.Ordinal));
    }

    private static string NamespaceOf(string type) => type[..Math.Max(0, type.LastIndexOf('.'))];

    private static string Outermost(IType type) => type.FullName.Split('+', '/', '<')[0];

    [GeneratedRegex("""//[^\n]*|"(?:[^"\\\n]|\\.)*"|/\*.*?\*/""", RegexOptions.Singleline, 1000)]
    private static partial Regex CommentOrText();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline, 1000)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^using (?<name>[\w.]+);", RegexOptions.Multiline, 1000)]
    private static partial Regex Using();

    [GeneratedRegex(@"\b[A-Z]\w+", RegexOptions.None, 1000)]
    private static partial Regex Name();
}
