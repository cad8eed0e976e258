using System.Runtime.CompilerServices;

namespace BillingFunctions.Tests.Fixtures;

/// <summary>
/// Settings of the processes that tests start. Each lives for some seconds to minutes, several at a time on two cores: what they do besides a test's work is most of what a run of all tests costs.
/// </summary>
internal static class QuickStart
{
    /// <summary>How many queues of orchestrations the engine polls; 4 unless set. One does for one host.</summary>
    public const string PartitionCount = "AzureFunctionsJobHost__extensions__durableTask__storageProvider__partitionCount";

    [ModuleInitializer]
    public static void Apply()
    {
        // Code stays as it was compiled first, instead of a third of the time being spent on compiling anew what is called often.
        Environment.SetEnvironmentVariable("DOTNET_TC_CallCounting", "0");
        Environment.SetEnvironmentVariable(PartitionCount, "1");
    }
}
