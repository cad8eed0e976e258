using System.Reflection;
using System.Runtime.InteropServices;

namespace BillingFunctions.Benchmarks.Reports;

/// <summary>What figures depend on besides the code.</summary>
/// <param name="Cores">Logical processors that this process may use.</param>
/// <param name="Os">The operating system and its version.</param>
/// <param name="Architecture">Of the process, such as <c>X64</c>.</param>
/// <param name="Runtime">The .NET version.</param>
/// <param name="Configuration"><c>Release</c> or <c>Debug</c>.</param>
/// <param name="Commit">What was built; null when it was built outside of a repository. Changes that were not committed do not show.</param>
internal sealed record Machine(int Cores, string Os, string Architecture, string Runtime, string? Configuration, string? Commit)
{
    public static Machine Current { get; } = new(
        Environment.ProcessorCount,
        RuntimeInformation.OSDescription,
        $"{RuntimeInformation.ProcessArchitecture}",
        RuntimeInformation.FrameworkDescription,
        Program.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration,
        CommitOf(Program.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion));

    private static Assembly Program => typeof(Machine).Assembly;

    /// <summary>The SDK writes the commit behind the version: <c>1.0.0+20a3408…</c>.</summary>
    private static string? CommitOf(string? version) => version?.Split('+') is [_, var commit] ? commit : null;
}
