namespace BillingFunctions.Local.Hosting;

/// <summary>Finds the folder of the repository.</summary>
internal static class ProjectRoot
{
    private const string Mark = "package.json";

    /// <summary>The nearest folder with a <c>package.json</c> above the program, else above the current folder, else the latter.</summary>
    public static string Find() => Above(AppContext.BaseDirectory) ?? Above(Directory.GetCurrentDirectory()) ?? Directory.GetCurrentDirectory();

    private static string? Above(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Mark)))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}
