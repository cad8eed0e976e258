using System.Globalization;
using BillingFunctions.Connectors;
using BillingFunctions.Customers;
using BillingFunctions.CustomerUploads;
using BillingFunctions.Dashboard;
using BillingFunctions.Exports;
using BillingFunctions.Insight.Shadow;
using BillingFunctions.Invoicing;
using BillingFunctions.Operations;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Email;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.Notices;
using BillingFunctions.Platform.OpenApi;
using BillingFunctions.Platform.Retention;
using BillingFunctions.Platform.Shadow;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Platform.Telemetry;
using BillingFunctions.Subscriptions;
using BillingFunctions.UsageBilling;
using BillingFunctions.Webhooks;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// Texts look the same whatever language the machine is set to.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;

var builder = FunctionsApplication.CreateBuilder(args);

builder.ConfigureFunctionsWebApplication();
builder.AddTelemetry();
builder.AddFragments();
builder.AddHttp();
builder.Services.AddApiDescription();
builder.AddCapabilities();
builder.AddOperatorAudit();

// Of the libraries only what is wrong; a request would leave half a dozen of their lines.
foreach (var library in (string[])["Microsoft.AspNetCore", "System.Net.Http", "Azure", "Polly"])
{
    builder.Logging.AddFilter(library, LogLevel.Warning);
}

builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddStorage();
builder.Services.AddStripe();
builder.Services.AddEmail();
builder.Services.AddFailedJobs();
builder.Services.AddRetention();
builder.Services.AddNotices();
builder.Services.AddShadow();

builder.Services.AddExports();
builder.Services.AddWebhooks();
builder.Services.AddSubscriptions();
builder.Services.AddCustomers();
builder.Services.AddConnectors();
builder.Services.AddCustomerUploads();
builder.Services.AddInvoicing();
builder.Services.AddUsageBilling();
builder.Services.AddOperations();
builder.Services.AddShadowReports();
builder.Services.AddDashboard();

await builder.Build().RunAsync();
