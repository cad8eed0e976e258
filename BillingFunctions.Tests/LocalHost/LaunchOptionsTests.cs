using BillingFunctions.LocalHost;
using BillingFunctions.LocalHost.Services;

namespace BillingFunctions.Tests.LocalHost;

public sealed class LaunchOptionsTests
{
    [Theory]
    [InlineData("", 7071, true)]
    [InlineData("--port 0 --no-demo", 0, false)]
    [InlineData("--no-demo --port=65535", 65535, false)]
    public void Parse_CommandLine_IsRead(string line, int port, bool demo)
    {
        var options = Parse(line);

        Assert.Equal((port, demo, "BillingFunctions.dll"), (options.Port, options.Demo, Path.GetFileName(options.App)));
        Assert.True(File.Exists(options.App), options.App);
    }

    [Theory]
    [InlineData("--port")]
    [InlineData("--port x")]
    [InlineData("--port -1")]
    [InlineData("--port=65536")]
    [InlineData("--prot 80")]
    [InlineData("7071")]
    public void Parse_WrongArgument_SaysWhatIsAllowed(string line) =>
        Assert.Matches("from 0 to 65535|--port <0-65535>", Assert.Throws<StartupException>(() => Parse(line)).Message);

    private static LaunchOptions Parse(string line) => LaunchOptions.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
