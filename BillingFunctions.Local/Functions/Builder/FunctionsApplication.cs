namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Where a functions app begins.</summary>
public class FunctionsApplication
{
    /// <summary>Makes a builder with settings, logging and, on a developer's machine, storage, mail and Stripe in place.</summary>
    /// <param name="args">
    /// The command line. <c>--port N</c> sets the port (7071 by default, 0 for any free one) and <c>--no-demo</c> only serves;
    /// everything else is configuration.
    /// </param>
    public static FunctionsApplicationBuilder CreateBuilder(string[] args) => new(args);
}
