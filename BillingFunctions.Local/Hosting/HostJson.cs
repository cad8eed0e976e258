using Microsoft.Extensions.Configuration;

namespace BillingFunctions.Local.Hosting;

/// <summary>The settings of <c>host.json</c>, overridden by those below <c>AzureFunctionsJobHost</c> in the app's settings.</summary>
internal sealed class HostJson(IConfiguration settings)
{
    /// <summary>What all routes begin with; <c>api</c> when nothing is said.</summary>
    public string RoutePrefix => settings["extensions:http:routePrefix"] ?? "api";

    /// <summary>The settings of an extension, such as <c>durableTask</c>.</summary>
    public IConfigurationSection Extension(string name) => settings.GetSection($"extensions:{name}");

    /// <exception cref="StartupException">The file is not valid JSON.</exception>
    public static HostJson Load(LocalRun run, IConfiguration app)
    {
        var path = run.HostJsonPath ?? new[] { AppContext.BaseDirectory, run.Root }
            .Select(folder => Path.Combine(folder, "host.json"))
            .FirstOrDefault(File.Exists, "host.json");
        try
        {
            return new HostJson(new ConfigurationBuilder()
                .AddJsonFile(Path.GetFullPath(path), optional: true)
                .AddConfiguration(app.GetSection("AzureFunctionsJobHost"))
                .Build());
        }
        catch (InvalidDataException exception)
        {
            throw new StartupException($"{path} is not valid: {exception.InnerException?.Message ?? exception.Message}", exception);
        }
    }
}
