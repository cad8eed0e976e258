using BillingFunctions.Exports;
using BillingFunctions.Platform.Email;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Platform.Tables;
using BillingFunctions.Subscriptions;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);

builder.ConfigureFunctionsWebApplication();
builder.AddHttp();

builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddStorage();
builder.Services.AddStripe();
builder.Services.AddEmail();

builder.Services.AddExports();
builder.Services.AddSubscriptions();

await builder.Build().RunAsync();
