using System.Reflection;
using System.Reflection.Emit;
using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Binder = Microsoft.Azure.WebJobs.Binder;

namespace BillingFunctions.LocalHost.Triggers;

/// <summary>
/// Makes what the WebJobs SDK indexes: a class with a method for each function, whose parameters carry the SDK's own attributes. From
/// there on, listening, scheduling and the durable engine are the SDK's and its extensions'.
/// </summary>
internal static class FunctionTypes
{
    private static readonly Dictionary<string, (Type Attribute, Type Parameter, bool Returns)> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["queueTrigger"] = (typeof(QueueTriggerAttribute), typeof(string), false),
        ["timerTrigger"] = (typeof(TimerTriggerAttribute), typeof(TimerInfo), false),
        ["orchestrationTrigger"] = (typeof(OrchestrationTriggerAttribute), typeof(string), true),
        ["activityTrigger"] = (typeof(ActivityTriggerAttribute), typeof(string), true),
        ["durableClient"] = (typeof(DurableClientAttribute), typeof(string), false),
    };

    /// <summary>HTTP is forwarded whole, so its output is the worker's own answer.</summary>
    public static bool IsSupported(Binding binding) => binding.IsInput
        ? binding.IsHttp || Known.ContainsKey(binding.Type)
        : binding.Type.Equals("http", StringComparison.OrdinalIgnoreCase);

    /// <param name="functions">The functions.</param>
    /// <param name="timeout">The time that each may take, as in <c>host.json</c>; null for no limit.</param>
    public static Type Build(IEnumerable<FunctionDefinition> functions, string? timeout)
    {
        const string name = "LocalHost.Functions";
        var type = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName(name), AssemblyBuilderAccess.Run)
            .DefineDynamicModule(name).DefineType(name, TypeAttributes.Public | TypeAttributes.Sealed, typeof(FunctionClass));
        if (timeout is not null)
        {
            type.SetCustomAttribute(SdkAttribute.Create(typeof(TimeoutAttribute), [timeout], (nameof(TimeoutAttribute.ThrowOnTimeout), true)));
        }

        DefineConstructor(type);
        foreach (var function in functions)
        {
            Define(type, function);
        }

        return type.CreateType();
    }

    private static void DefineConstructor(TypeBuilder type)
    {
        var il = type.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, [typeof(FunctionBody)]).GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Call, typeof(FunctionClass).GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public).Single());
        il.Emit(OpCodes.Ret);
    }

    private static void Define(TypeBuilder type, FunctionDefinition function)
    {
        // An HTTP function is called by its route, with the request as its first argument.
        var isHttp = function.Trigger.IsHttp;
        Type[] parameters = [.. function.Inputs.Select(input => input.IsHttp ? typeof(HttpContext) : Known[input.Type].Parameter), typeof(Binder), typeof(CancellationToken)];
        var returns = !isHttp && Known[function.Trigger.Type].Returns;
        var method = type.DefineMethod(function.Name, MethodAttributes.Public, returns ? typeof(Task<object>) : typeof(Task), parameters);
        method.SetCustomAttribute(SdkAttribute.Create(typeof(FunctionNameAttribute), [function.Name]));
        if (isHttp)
        {
            method.SetCustomAttribute(SdkAttribute.Create(typeof(NoAutomaticTriggerAttribute), []));
        }

        foreach (var (index, input) in function.Inputs.Index())
        {
            var parameter = method.DefineParameter(index + 1, ParameterAttributes.None, input.Name);
            if (!input.IsHttp)
            {
                parameter.SetCustomAttribute(SdkAttribute.FromJson(Known[input.Type].Attribute, input.Json));
            }
        }

        method.DefineParameter(parameters.Length - 1, ParameterAttributes.None, "_binder");
        method.DefineParameter(parameters.Length, ParameterAttributes.None, "_cancellation");
        EmitCall(method.GetILGenerator(), function.Name, parameters);
    }

    /// <summary><c>return RunAsync(name, [ … all arguments … ]);</c></summary>
    private static void EmitCall(ILGenerator il, string name, Type[] parameters)
    {
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldstr, name);
        il.Emit(OpCodes.Ldc_I4, parameters.Length);
        il.Emit(OpCodes.Newarr, typeof(object));
        foreach (var (index, parameter) in parameters.Index())
        {
            il.Emit(OpCodes.Dup);
            il.Emit(OpCodes.Ldc_I4, index);
            il.Emit(OpCodes.Ldarg, (short)(index + 1));
            if (parameter.IsValueType)
            {
                il.Emit(OpCodes.Box, parameter);
            }

            il.Emit(OpCodes.Stelem_Ref);
        }

        il.Emit(OpCodes.Call, typeof(FunctionClass).GetMethod("RunAsync", BindingFlags.Instance | BindingFlags.NonPublic)!);
        il.Emit(OpCodes.Ret);
    }
}
