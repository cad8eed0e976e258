using System.Reflection;
using BillingFunctions.Connectors;
using BillingFunctions.Customers;
using BillingFunctions.CustomerUploads;
using BillingFunctions.Dashboard;
using BillingFunctions.Dashboard.Assets;
using BillingFunctions.Dashboard.Layout;
using BillingFunctions.Exports;
using BillingFunctions.Insight;
using BillingFunctions.Insight.Forecasts;
using BillingFunctions.Insight.Shadow;
using BillingFunctions.Invoicing;
using BillingFunctions.Invoicing.Emails;
using BillingFunctions.Operations;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Subscriptions;
using BillingFunctions.UsageBilling;
using BillingFunctions.Webhooks;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace BillingFunctions.Tests.Platform.Capabilities;

/// <summary>What holds for each function of the app.</summary>
public sealed class FunctionListTests
{
    private static readonly IReadOnlyList<MethodInfo> Functions =
        [.. typeof(CapabilityStates).Assembly.GetTypes().SelectMany(type => type.GetMethods()).Where(method => method.GetCustomAttribute<FunctionAttribute>() is not null)];

    [Fact]
    public void Functions_AllThatNeedSomething_BelongToACapability()
    {
        var states = States();

        var needNothing = new[] { typeof(HealthFunction), typeof(GetApiDescriptionFunction), typeof(DashboardPageFunction), typeof(DashboardAssetFunction) };
        Assert.All(Functions, function => Assert.Equal(needNothing.Contains(function.DeclaringType), states.MissingFor(EntryPointOf(function)).Count == 0));
    }

    /// <summary>What systems call is no action of an operator: they add customers, usage and tasks.</summary>
    [Fact]
    public void HttpTriggers_ThatChangeSomethingForAPerson_AreAudited()
    {
        string[] forSystems = ["BillingFunctions.UsageBilling", "BillingFunctions.Connectors.Requests", "BillingFunctions.Connectors.Invoices"];

        Assert.All(Functions, function => Assert.Equal(
            function.GetParameters().Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()).OfType<HttpTriggerAttribute>()
                .Any(trigger => trigger.AuthLevel == AuthorizationLevel.Function && !trigger.Methods!.Contains("get") && !forSystems.Any(function.DeclaringType!.FullName!.StartsWith)),
            function.GetCustomAttribute<OperatorActionAttribute>() is not null || function.GetCustomAttribute<ChangesNothingAttribute>() is not null));
    }

    [Fact]
    public void QueueTriggers_All_UseTheAppsOwnConnection() => Assert.All(
        Functions.SelectMany(function => function.GetParameters()).Select(parameter => parameter.GetCustomAttribute<QueueTriggerAttribute>()).OfType<QueueTriggerAttribute>(),
        trigger => Assert.Equal(StorageConnection.Name, trigger.Connection));

    [Fact]
    public void PoisonTriggers_All_BindTheText() => Assert.All(
        Functions.SelectMany(function => function.GetParameters())
            .Where(parameter => parameter.GetCustomAttribute<QueueTriggerAttribute>() is { } trigger && trigger.QueueName.EndsWith("-poison", StringComparison.Ordinal)),
        parameter => Assert.Equal(typeof(string), parameter.ParameterType));

    [Fact]
    public void Transform_NoMailSettings_LeavesTheSendingOfMailsOut()
    {
        var left = Transform(
            ("BillingStorage", "x"), ("Stripe:ApiKey", "x"), ("Stripe:WebhookSecrets", "x"), ("Amounts:BaseUrl", "x"), ("Invoicing:Schedule", "x"),
            ("Salesforce:InstanceUrl", "x"), ("Salesforce:ClientId", "x"), ("Salesforce:ClientSecret", "x"));

        Assert.Equal([nameof(SendInvoiceEmailFunction)], Functions.Select(NameOf).Except(left));
    }

    [Fact]
    public void Transform_NothingSet_KeepsWhatAnswersOrIsUnderWay()
    {
        var left = Transform();

        Assert.Equal(Functions.Where(function => TypeOf(function) is not ("queueTrigger" or "timerTrigger")).Select(NameOf), left);
    }

    private static IReadOnlyList<string> Transform(params (string Name, string Value)[] settings)
    {
        IList<IFunctionMetadata> list = [.. Functions.Select(function => new DefaultFunctionMetadata
        {
            Name = NameOf(function),
            EntryPoint = EntryPointOf(function),
            RawBindings = [$$"""{"name":"x","direction":"In","type":"{{TypeOf(function)}}"}"""],
        })];
        new AvailableFunctions(States(settings), NullLogger<AvailableFunctions>.Instance).Transform(list);
        return [.. list.Select(function => function.Name!)];
    }

    private static CapabilityStates States(params (string Name, string Value)[] settings)
    {
        var services = new ServiceCollection().AddExports().AddWebhooks().AddSubscriptions().AddCustomers().AddConnectors().AddCustomerUploads().AddInvoicing().AddUsageBilling().AddForecasts().AddOperations().AddInsight().AddShadowReports().AddDashboard();
        services.AddSingleton<IConfiguration>(
            new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build());
        return services.AddSingleton<CapabilityStates>().BuildServiceProvider().GetRequiredService<CapabilityStates>();
    }

    private static string NameOf(MethodInfo function) => function.GetCustomAttribute<FunctionAttribute>()!.Name;

    private static string EntryPointOf(MethodInfo function) => $"{function.DeclaringType!.FullName}.{function.Name}";

    private static string TypeOf(MethodInfo function)
    {
        var trigger = function.GetParameters().SelectMany(parameter => parameter.GetCustomAttributes()).First(attribute => attribute.GetType().Name.EndsWith("TriggerAttribute", StringComparison.Ordinal));
        var name = trigger.GetType().Name[..^"Attribute".Length];
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
