using BillingFunctions.LocalHost;
using BillingFunctions.LocalHost.Commands;

namespace BillingFunctions.Tests.LocalHost;

public sealed class LaunchOptionsTests
{
    [Theory]
    [InlineData("", 7071, true)]
    [InlineData("--port 0 --no-demo", 0, false)]
    [InlineData("--no-demo --port=65535", 65535, false)]
    public void From_CommandLine_IsRead(string line, int port, bool demo)
    {
        var options = LaunchOptions.From(new ServeCommand().Parse(line));

        Assert.Equal((port, demo, "BillingFunctions.dll"), (options.Port, options.Demo, Path.GetFileName(options.App)));
        Assert.True(File.Exists(options.App), options.App);
    }

    [Fact]
    public void From_PathsAndNoServices_AreRead()
    {
        var options = LaunchOptions.From(new ServeCommand().Parse("--no-services --root some/where --app=other/App.dll"));

        Assert.Equal((false, Path.GetFullPath("some/where"), Path.GetFullPath("other/App.dll")), (options.Services, options.Root, options.App));
    }

    [Theory]
    [InlineData("--port")]
    [InlineData("--port x")]
    [InlineData("--port -1")]
    [InlineData("--port=65536")]
    [InlineData("--prot 80")]
    [InlineData("7071")]
    public async Task Run_WrongArgument_SaysWhatIsAllowed(string line)
    {
        using var output = new StringWriter();

        Assert.Equal(1, await CommandLine.RunAsync(line.Split(' '), output, output));

        Assert.Matches("from 0 to 65535|--port <0-65535>", output.ToString());
    }
}
