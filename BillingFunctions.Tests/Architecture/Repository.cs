namespace BillingFunctions.Tests.Architecture;

/// <summary>The sources that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>The C# files below a folder of the repository, generated ones left out, by their paths from the root with <c>/</c>.</summary>
    public static IReadOnlyDictionary<string, string> Sources(string folder) => Directory
        .EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        .Select(path => (Name: Path.GetRelativePath(Root, path).Replace('\\', '/'), Path: path))
        .Where(file => !file.Name.Contains("/obj/", StringComparison.Ordinal) && !file.Name.Contains("/bin/", StringComparison.Ordinal))
        .ToDictionary(file => file.Name, file => File.ReadAllText(file.Path));

    private static string Find(DirectoryInfo folder) =>
        File.Exists(Path.Combine(folder.FullName, "BillingFunctions.slnx")) ? folder.FullName : Find(folder.Parent ?? throw new InvalidOperationException("The tests run outside the repository."));
}
