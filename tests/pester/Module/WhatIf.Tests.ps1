# What every cmdlet that changes something says under -WhatIf: the object and the context; and what it does: nothing, not even a question
# to the cluster or to the plane. Two of them have to look first: what this process runs is no server.
BeforeDiscovery {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-BuiltModule
    # @ is the test's directory. A fleet cmdlet's context is prod-eu, whose cluster is a listener.
    $calls = @(
        @{ Name = 'Register-MeshWorkload'; Code = 'Register-MeshWorkload -Endpoint $listening -Namespace shop -WorkloadGroup cart -StateDirectory @/never'; Says = 'shop/cart \(plane https://localhost:\d+\)' }
        @{ Name = 'Unregister-MeshWorkload'; Code = 'Unregister-MeshWorkload cart-vm-1 -Reason moved'; Says = 'shop/cart-vm-1 \(context prod-eu\)' }
        @{ Name = 'Unregister-MeshWorkload'; Code = '[pscustomobject]@{ Name = "cart-vm-2"; Namespace = "other" } | Unregister-MeshWorkload -Rejoin -PassThru'; Says = 'other/cart-vm-2 \(context prod-eu\)' }
        @{ Name = 'New-WorkloadGroupPolicy'; Code = 'New-WorkloadGroupPolicy web -WorkloadGroup cart -Aws -AccountId 123456789012'; Says = 'shop/web \(context prod-eu\)' }
        @{ Name = 'Set-WorkloadGroupPolicy'; Code = 'Set-WorkloadGroupPolicy @/policy.yaml -Force'; Says = 'shop/file \(context prod-eu\)' }
        @{ Name = 'Remove-WorkloadGroupPolicy'; Code = 'Remove-WorkloadGroupPolicy web -Force'; Says = 'shop/web \(context prod-eu\)' }
        @{ Name = 'Export-MeshBootConfiguration'; Code = 'Export-MeshBootConfiguration cart @/never'; Says = 'shop/cart \(context prod-eu\).* on target "@/never"' }
        @{ Name = 'Export-MeshBootConfiguration'; Code = 'Export-MeshBootConfiguration -WorkloadGroupPath @/group.yaml -Destination @/never'; Says = '@/group\.yaml.* on target "@/never"' }
        @{ Name = 'New-OnboardingConfiguration'; Code = 'New-OnboardingConfiguration @/never -Endpoint onboarding.example -Namespace shop -WorkloadGroup cart'; Says = 'target "@/never"' }
        @{ Name = 'New-OnboardingJoinToken'; Code = 'New-OnboardingJoinToken cart rack-7 -TokenPath @/never'; Says = 'shop/rack-7 \(context prod-eu\)' }
        @{ Name = 'Remove-OnboardingJoinToken'; Code = 'Remove-OnboardingJoinToken rack-7'; Says = 'shop/rack-7 \(context prod-eu\)' }
        @{ Name = 'Reset-MeshWorkloadKey'; Code = 'Reset-MeshWorkloadKey cart-vm-1'; Says = 'shop/cart-vm-1 \(context prod-eu\)' }
        @{ Name = 'New-MeshWorkloadGroup'; Code = 'New-MeshWorkloadGroup cart cart-account'; Says = 'shop/cart \(context prod-eu\)' }
        @{ Name = 'Set-OnboardingPlane'; Code = 'Set-OnboardingPlane @/plane.yaml'; Says = 'istio-system/onboarding-plane \(context prod-eu\)' }
        @{ Name = 'Set-OnboardingPlane'; Code = 'Set-OnboardingPlane -AddJwtIssuer https://idp.example -ShortName idp'; Says = 'onboarding-plane \(context prod-eu\)' }
        @{ Name = 'New-OnboardingSupportBundle'; Code = 'New-OnboardingSupportBundle @/never'; Says = 'context prod-eu.* on target "@/never"' }
        @{ Name = 'Start-OnboardingPlane'; Code = 'Start-OnboardingPlane -DataDirectory @/never -Sample Bookinfo'; Says = 'never \(data in @/never\)' }
        @{ Name = 'Stop-OnboardingPlane'; Code = 'Stop-OnboardingPlane -RemoveData'; Says = 'tried \(process \d+\)' }
        @{ Name = 'Install-OnboardingPlane'; Code = 'Install-OnboardingPlane join.example'; Says = '\d+ objects, namespace istio-system \(context prod-eu\)' }
        @{ Name = 'Uninstall-OnboardingPlane'; Code = 'Uninstall-OnboardingPlane -Purge Definitions -RemoveMembers'; Says = 'the plane in namespace istio-system, its members, and all Definitions \(context prod-eu\)' }
        @{ Name = 'Start-MeshSidecar'; Code = 'Start-MeshSidecar -PassThru'; Says = 'sidecar of bookinfo/ratings \(this PowerShell process, state @/joined\)' }
        @{ Name = 'Stop-MeshSidecar'; Code = 'Stop-MeshSidecar -Force'; Says = 'sidecar of bookinfo/ratings \(this PowerShell process, state @/joined\)' }
        @{ Name = 'Restart-MeshSidecar'; Code = 'Restart-MeshSidecar'; Says = 'sidecar of bookinfo/ratings \(this PowerShell process, state @/joined\)' }
        @{ Name = 'Unregister-MeshWorkload'; Code = 'Unregister-MeshWorkload -Local -PassThru'; Says = 'bookinfo/ratings-jwt-demo--vm1 \(this PowerShell process, state @/joined\)' }
        @{ Name = 'Export-MeshBootConfiguration'; Code = 'Export-MeshBootConfiguration -Local -Destination @/never'; Says = 'bookinfo/ratings \(this PowerShell process, state @/joined\)' }
    )
    $number = 0
    $calls | ForEach-Object { $_.Number = $number++ }
    $changing = Get-Command -Module Onboarding -CommandType Cmdlet | Where-Object { $_.Parameters.ContainsKey('WhatIf') } | ForEach-Object { @{ Name = $_.Name; Tried = $_.Name -in $calls.Name } }
}

BeforeAll {
    Import-Module $PSScriptRoot/../Support/Onboarding.Testing.psm1
    Import-Module $PSScriptRoot/../Support/Onboarding.ScriptedPlane.psm1
    Import-BuiltModule
    $directory = New-TestDirectory
    $saved = $env:ONBOARDING_ENDPOINT
    $env:ONBOARDING_ENDPOINT = Find-BuiltProgram lab onboarding-lab
    Set-Content "$directory/group.yaml" "kind: WorkloadGroup`nmetadata: {name: cart, namespace: shop}"
    New-WorkloadGroupPolicy file -Namespace shop -Selector @{ app = 'cart' } -JoinToken -TokenName one -AsYaml | Set-Content "$directory/policy.yaml"
    "apiVersion: install.onboarding.tetrate.io/v1alpha1`nkind: OnboardingPlane`nmetadata: {name: onboarding-plane}`nspec: {gracePeriod: 5m}" | Set-Content "$directory/plane.yaml"
    $plane = Start-ScriptedPlane "$directory/scripted"
    Set-Script $plane @{ boots = @(@{ generation = 1 }) }
    $listener = Start-Listener
    $config = New-Kubeconfig "$directory/kubeconfig" -Server "https://127.0.0.1:$($listener.Port)"

}

AfterAll {
    $env:ONBOARDING_ENDPOINT = $saved
    $plane.Stop()
    $listener.Stop()
    Remove-TestDirectory $directory
}

Describe 'Case57: under -WhatIf' -ForEach @{ Calls = $calls } {
    BeforeAll {
        # All in one shell that has joined, and runs a plane: what -WhatIf says goes past every stream, to the screen.
        $join = ($plane.Join.GetEnumerator() | ForEach-Object { "$($_.Key) = '$($_.Value)'" }) -join '; '
        $tries = foreach ($call in $Calls) {
            "'== $($call.Number)'; try { $($call.Code.Replace('@/', "$directory/")) -WhatIf | ForEach-Object { `"wrote: `$_`" } } catch { `"failed: `$_`" }"
        }
        $said = Invoke-FreshPwsh @"
Import-Module '$(Get-BuiltManifest)'
`$WarningPreference = 'SilentlyContinue'
`$env:KUBECONFIG = '$config'
`$listening = 'localhost:$($listener.Port)'
`$running = Start-OnboardingPlane -DataDirectory '$directory/tried' -Port 0 -NoConnect
`$join = @{ $join }
`$null = Register-MeshWorkload @join -StateDirectory '$directory/joined'
`$calls = (Get-Content '$directory/scripted/calls').Count
$($tries -join "`n")
'== end'
"calls: `$((Get-Content '$directory/scripted/calls').Count - `$calls)"
"sidecar: `$((Get-MeshSidecar).Status)"
"own plane: `$(`$running.Status)"
"own data: `$(Test-Path '$directory/tried/kubeconfig')"
Unregister-MeshWorkload -Local -PropagationDelay 0 -Confirm:`$false
Stop-OnboardingPlane
"@
        $sections = @{}
        foreach ($line in $said) {
            if ($line -match '^== (\w+)$') {
                $section = $Matches[1]
                $sections[$section] = @()
            } elseif ($section) {
                $sections[$section] += $line
            }
        }
    }

    It '<Name> says object and context, and writes nothing: <Code>' -ForEach $calls {
        $line = $sections["$Number"]
        $line[0] | Should -Match '^What if: \S'
        "$line" | Should -Match $Says.Replace('@/', "$directory/")
        $line -match '^(wrote|failed):' | Should -BeNullOrEmpty
    }

    It 'nobody is called: neither the cluster nor a plane' {
        $listener.Calls | Should -Be 0
        $sections.end | Should -Contain 'calls: 0'
        # It is someone who would have been heard.
        { Get-MeshWorkload -KubeConfig $config -TimeoutSec 1 -ErrorAction Stop } | Should -Throw
        $listener.Calls | Should -BeGreaterThan 0
    }

    It 'nothing changes: no file, no process, no registration' {
        "$directory/never" | Should -Not -Exist
        $sections.end | Should -Contain 'sidecar: Stopped'
        $sections.end | Should -Contain 'own plane: Running'
        $sections.end | Should -Contain 'own data: True'
    }

    It '<Name> was tried' -ForEach $changing {
        $Tried | Should -BeTrue
    }
}
