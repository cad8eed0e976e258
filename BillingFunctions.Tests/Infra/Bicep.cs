using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Architecture;

namespace BillingFunctions.Tests.Infra;

/// <summary>The compiler of <c>infra/</c>, which needs no network: no module comes from a registry.</summary>
internal static class Bicep
{
    private static readonly string Compiler = typeof(Bicep).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "Bicep").Value!;

    /// <summary>Where the templates are.</summary>
    public static string Folder { get; } = Path.Combine(Repository.Root, "infra");

    /// <summary>A copy of the templates, to be changed.</summary>
    public static TemporaryFolder Copy()
    {
        var copy = new TemporaryFolder();
        foreach (var path in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy.Path, Path.GetRelativePath(Folder, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(path, target);
        }

        return copy;
    }

    /// <summary>Runs the compiler.</summary>
    /// <returns>Its exit code, its output, and what it complains about; empty when all is well.</returns>
    public static async Task<(int ExitCode, string Output, string Complaints)> RunAsync(params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.X64, "The package has the compiler for Linux on x64 only.");
        if (OperatingSystem.IsLinux() && !File.GetUnixFileMode(Compiler).HasFlag(UnixFileMode.UserExecute))
        {
            File.SetUnixFileMode(Compiler, File.GetUnixFileMode(Compiler) | UnixFileMode.UserExecute);
        }

        using var process = Process.Start(new ProcessStartInfo(Compiler, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var complaints = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await complaints);
    }

    /// <summary>The template that Azure gets, with all modules in it.</summary>
    public static async Task<Template> CompileAsync(string folder)
    {
        var (exitCode, output, complaints) = await RunAsync("build", Path.Combine(folder, "main.bicep"), "--no-restore", "--stdout");
        Assert.True(exitCode == 0 && complaints.Length == 0, complaints);
        return Template.Parse(output);
    }
}

/// <summary>The templates, compiled once for all tests.</summary>
public sealed class TemplateFixture : IAsyncLifetime
{
    internal Template Template { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Template = await Bicep.CompileAsync(Bicep.Folder);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
