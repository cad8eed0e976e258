namespace BillingFunctions.Tests.Infra;

/// <summary>The sources of the templates, with all rules of the compiler's linter as errors, see <c>infra/bicepconfig.json</c>.</summary>
public sealed class BicepTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lint_AllFiles_HasNothingToSay()
    {
        var (exitCode, output, complaints) = await Bicep.RunAsync("lint", "--pattern", Path.Combine(Bicep.Folder, "**", "*.bicep"), "--no-restore");

        Assert.Equal((0, "", ""), (exitCode, output, complaints));
    }

    [Fact]
    public async Task Format_AllFiles_ChangesNothing()
    {
        using var copy = Bicep.Copy();

        var (exitCode, _, complaints) = await Bicep.RunAsync("format", "--pattern", Path.Combine(copy.Path, "**", "*.bicep"), "--newline-kind", "LF", "--insert-final-newline");

        Assert.Equal((0, ""), (exitCode, complaints));
        foreach (var path in Directory.EnumerateFiles(Bicep.Folder, "*.bicep", SearchOption.AllDirectories))
        {
            Assert.Equal(await File.ReadAllTextAsync(path, Token), await File.ReadAllTextAsync(Path.Combine(copy.Path, Path.GetRelativePath(Bicep.Folder, path)), Token));
        }
    }

    [Theory]
    [InlineData("vault.bicep", "enableRbacAuthorization", "enableRbac", "enableRbac")]
    [InlineData("site.bicep", "param workspaceId string", "param workspaceId string\nparam unused string", "no-unused-params")]
    public async Task Build_AFileIsWrong_SaysSo(string file, string from, string to, string said)
    {
        using var copy = Bicep.Copy();
        var path = Path.Combine(copy.Path, "app", file);
        await File.WriteAllTextAsync(path, (await File.ReadAllTextAsync(path, Token)).Replace(from, to, StringComparison.Ordinal), Token);

        var (_, _, complaints) = await Bicep.RunAsync("build", path, "--no-restore", "--stdout");

        Assert.Contains(said, complaints, StringComparison.Ordinal);
    }

    /// <summary>A promise is broken in the source, not in what was compiled from it.</summary>
    [Fact]
    public async Task Compile_AQueueIsTakenOutOfTheSource_IsNoticed()
    {
        using var copy = Bicep.Copy();
        var path = Path.Combine(copy.Path, "app", "billing-storage.bicep");
        await File.WriteAllTextAsync(path, (await File.ReadAllTextAsync(path, Token)).Replace("  'usage-items'\n", "", StringComparison.Ordinal), Token);

        var template = await Bicep.CompileAsync(copy.Path);

        Assert.Contains("The queue usage-items of the app is not in the template.", Checks.StorageCheck.Failures(template));
    }
}
