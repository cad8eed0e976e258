using BillingFunctions.LocalHost;

namespace BillingFunctions.Tests.LocalHost;

public sealed class LaunchOptionsTests
{
    [Theory]
    [InlineData("", 7071, true, "")]
    [InlineData("--port 0 --no-demo", 0, false, "")]
    [InlineData("--no-demo --port=65535", 65535, false, "")]
    [InlineData("--Stripe:ApiKey sk --port 81 --x=y", 81, true, "--Stripe:ApiKey sk --x=y")]
    public void Parse_CommandLine_TakesWhatIsTheHosts(string line, int port, bool demo, string rest)
    {
        var options = LaunchOptions.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal((port, demo, rest), (options.Port, options.Demo, string.Join(' ', options.Rest)));
    }

    [Theory]
    [InlineData("--port")]
    [InlineData("--port x")]
    [InlineData("--port -1")]
    [InlineData("--port=65536")]
    public void Parse_PortThatIsNone_SaysWhatIsAllowed(string line)
    {
        var exception = Assert.Throws<StartupException>(() => LaunchOptions.Parse(line.Split(' ')));

        Assert.Contains("from 0 to 65535", exception.Message);
    }
}
