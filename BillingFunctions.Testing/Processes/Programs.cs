namespace BillingFunctions.Testing.Processes;

/// <summary>The repository's programs that run as processes of their own.</summary>
internal static class Programs
{
    /// <summary>Where a project's program is built, in the configuration of the program that runs.</summary>
    /// <param name="project">Such as <c>BillingFunctions.Sample</c>.</param>
    public static string PathOf(string project) => Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "..", "..", project, "bin", Configuration, "net10.0", $"{project}.dll"));

    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
}
