using BillingFunctions.LocalHost.Services;

namespace BillingFunctions.LocalHost;

/// <summary>The app's <c>host.json</c>, in the section where the WebJobs SDK looks for it; variables below its name win, as with the real host.</summary>
internal static class HostJson
{
    public const string Section = "AzureFunctionsJobHost";

    /// <param name="directory">The folder of the app.</param>
    /// <returns>Configuration by key.</returns>
    /// <exception cref="StartupException">The file is missing or not valid JSON.</exception>
    public static IReadOnlyDictionary<string, string?> Read(string directory)
    {
        var path = Path.Combine(directory, "host.json");
        try
        {
            return new ConfigurationBuilder().AddJsonFile(path).Build().AsEnumerable()
                .Where(setting => setting.Value is not null)
                .Append(new("AzureWebJobsConfigurationSection", Section))
                .ToDictionary(setting => setting.Key.StartsWith("AzureWebJobs", StringComparison.Ordinal) ? setting.Key : $"{Section}:{setting.Key}", setting => setting.Value);
        }
        catch (Exception exception) when (exception is FileNotFoundException or InvalidDataException)
        {
            throw new StartupException($"{path} cannot be read: {exception.InnerException?.Message ?? exception.Message}", exception);
        }
    }
}
