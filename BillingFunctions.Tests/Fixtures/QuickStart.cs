using System.Runtime.CompilerServices;

namespace BillingFunctions.Tests.Fixtures;

/// <summary>
/// Has the processes that tests start keep their code as it was compiled first. Each lives for some seconds to minutes and would spend a third of its time on compiling anew what
/// it has called often.
/// </summary>
internal static class QuickStart
{
    [ModuleInitializer]
    public static void Apply() => Environment.SetEnvironmentVariable("DOTNET_TC_CallCounting", "0");
}
